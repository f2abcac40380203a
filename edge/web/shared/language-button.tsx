import type { ComponentChildren } from 'preact';
import { language, speak, t } from './language.ts';

/** Turns the page to the other language, named in that language; `children` stand before it. */
export function LanguageButton(props: {
  class?: string;
  children?: ComponentChildren;
  /** Turns the page; the page alone where left out. */
  onPress?: () => void;
}) {
  const other = language.value === 'zh' ? 'en' : 'zh';
  return (
    <button
      type="button"
      class={props.class}
      lang={other === 'zh' ? 'zh-CN' : 'en'}
      onClick={props.onPress ?? (() => speak(other))}
    >
      {props.children}
      {t('a11y.language')}
    </button>
  );
}
