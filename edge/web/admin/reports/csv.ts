/** Hands a file to the browser, as if it had been downloaded. */
export function save(name: string, content: string | Blob): void {
  const link = document.createElement('a');
  const blob =
    typeof content === 'string' ? new Blob([content], { type: 'text/csv;charset=utf-8' }) : content;
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
