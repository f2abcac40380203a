import type icons from './icons.json';
import { after } from './runtime.ts';

export type IconName = keyof typeof icons;

const AGAIN_MS = 2000;
const idOf = (name: string): string => `icon-${name}`;

/** The sprite becomes part of the page: what is drawn while the box is silent has its icons too. */
async function bringSprite(): Promise<void> {
  const heard = await fetch('./icons.svg').catch(() => undefined);
  if (!heard?.ok) {
    after(AGAIN_MS, () => void bringSprite());
    return;
  }
  const parsed = new DOMParser().parseFromString(await heard.text(), 'image/svg+xml');
  const sprite = parsed.documentElement;
  for (const symbol of sprite.querySelectorAll('[id]')) symbol.id = idOf(symbol.id);
  sprite.setAttribute('aria-hidden', 'true');
  sprite.classList.add('sprite');
  document.body.append(sprite);
}
if (typeof document === 'object') void bringSprite();

/** A line icon from the sprite, sized by its text; always decorative, so name the button itself. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true" focusable="false">
      <use href={`#${idOf(name)}`} />
    </svg>
  );
}

/** The mark: a clock face with its first quarter filled; 一刻 is a quarter of an hour. */
export function Mark() {
  return (
    <svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
      <circle cx="16" cy="16" r="13.5" fill="none" stroke="currentColor" stroke-width="3" />
      <path d="M16 6.5V16h9.5A9.5 9.5 0 0 0 16 6.5z" fill="currentColor" />
    </svg>
  );
}
