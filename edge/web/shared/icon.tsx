import type icons from './icons.json';

export type IconName = keyof typeof icons;

/** A line icon from the sprite, sized by its text; always decorative, so name the button itself. */
export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true" focusable="false">
      <use href={`./icons.svg#${name}`} />
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
