/** Long text in a box of its own, which the keyboard reaches too. */
export function Lines({ text }: { text: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
  return <pre tabIndex={0}>{text}</pre>;
}
