import type { Words } from '../hands-api.ts';

/** Chinese first, English smaller on a line of its own. */
export function Say({ zh, en }: Words) {
  return (
    <span class="say">
      {zh}
      <small lang="en">{en}</small>
    </span>
  );
}

/** A heading with its icon. */
export function Heading({ icon, zh, en }: Words & { icon: string }) {
  return (
    <h2>
      <i class={`icon ${icon}`} />
      {zh}
      <small lang="en">{en}</small>
    </h2>
  );
}

/** Integer grams as a scale shows them: `0.612`. */
export function kilograms(grams: number): string {
  return (grams / 1000).toFixed(3);
}
