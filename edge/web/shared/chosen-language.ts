/** The language of a page that one person keeps: as chosen last in this browser, else the browser's own. */
import { effect } from '@preact/signals';
import { language, speak } from './language.ts';

const KEY = 'yike-language';

/** Speaks it, and keeps every later choice for the next page. */
export function speakAsChosen(): void {
  const kept = localStorage.getItem(KEY);
  const own = navigator.language.startsWith('zh') ? 'zh' : 'en';
  speak(kept === 'zh' || kept === 'en' ? kept : own);
  effect(() => {
    if (language.value === own) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, language.value);
  });
}
