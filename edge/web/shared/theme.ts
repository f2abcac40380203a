/** Light or dark: as the reader's system says, until they choose themselves on this browser. */
import { computed, signal } from '@preact/signals';

const KEY = 'yike-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

const chosen = signal(localStorage.getItem(KEY));
const systemIsDark = signal(system.matches);

/** What is seen now. */
export const isDark = computed(() =>
  chosen.value === null ? systemIsDark.value : chosen.value === 'dark',
);

function wear(): void {
  document.documentElement.dataset.theme = isDark.peek() ? 'dark' : 'light';
}

/** The other one; where that is the system's own, the system is followed again. */
export function flipTheme(): void {
  const wanted = !isDark.peek();
  chosen.value = wanted === systemIsDark.peek() ? null : wanted ? 'dark' : 'light';
  if (chosen.value === null) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, chosen.value);
  wear();
}

system.addEventListener('change', ({ matches }) => {
  systemIsDark.value = matches;
  wear();
});
wear();
