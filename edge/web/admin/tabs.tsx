/** The pages of one room, side by side; where a phone has no room for all, the open one is in sight. */
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface Tab {
  href: string;
  word: string;
  /** What waits there. */
  count?: number;
}

interface TabsOptions {
  label: string;
  tabs: readonly Tab[];
  /** The address of the open one. */
  here: string;
}

export function Tabs({ label, tabs, here }: TabsOptions) {
  const row = useRef<HTMLElement>(null);
  const widths = tabs.map(({ word, count = 0 }) => `${word} ${count}`).join();
  // The row alone is moved, to the middle: a neighbour on each side shows that there are more.
  useLayoutEffect(() => {
    const open = row.current?.querySelector('[aria-current]')?.getBoundingClientRect();
    const box = row.current?.getBoundingClientRect();
    if (!row.current || !open || !box) return;
    row.current.scrollLeft += open.left + open.width / 2 - box.left - box.width / 2;
  }, [here, widths]);
  return (
    <nav class="tabs" aria-label={label} ref={row}>
      {tabs.map(({ href, word, count = 0 }) => (
        <a key={href} href={href} aria-current={href === here ? 'page' : undefined}>
          {word}
          {count > 0 ? <span class="count">{count}</span> : null}
        </a>
      ))}
    </nav>
  );
}
