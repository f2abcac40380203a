/** A receipt on the page with the rows, widths and sizes that the printer was given. */
import type { ReceiptLine } from '../../../core/sale/receipt.ts';

function Row({ line }: { line: ReceiptLine }) {
  if ('rule' in line) return <hr />;
  if ('columns' in line) {
    const cells = line.columns.reduce((sum, { width }) => sum + width, 0);
    return (
      <p class="cells" data-bold={line.bold || null}>
        {line.columns.map(({ text, width, align = 'left' }) => (
          <span
            key={`${width} ${text}`}
            data-align={align}
            style={{ flexBasis: `${(width / cells) * 100}%` }}
          >
            {text}
          </span>
        ))}
      </p>
    );
  }
  if (!('text' in line)) return null;
  const { text, align = 'left', size = 1, bold } = line;
  return (
    <p data-align={align} data-big={size === 2 || null} data-bold={bold || null}>
      {text}
    </p>
  );
}

export function Paper({ lines }: { lines: ReceiptLine[] }) {
  return (
    <div class="paper" lang="zh-CN">
      {lines.map((line, at) => (
        // A printed receipt never changes its rows.
        <Row key={`${at} ${JSON.stringify(line)}`} line={line} />
      ))}
    </div>
  );
}
