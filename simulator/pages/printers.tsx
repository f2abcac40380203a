import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { PrinterSeen, ReceiptSeen } from '../hands-api.ts';
import { Heading, Say } from './words.tsx';
import { act } from './world.ts';

const paperWords = {
  ok: { zh: '有纸', en: 'paper' },
  low: { zh: '纸快完', en: 'paper low' },
  out: { zh: '缺纸', en: 'no paper' },
};

/**
 * The paper's picture as part of this page, not as an `<img>`: only so may its Chinese be drawn
 * with the page's own font on a machine that has none.
 */
function Print({ url, open }: { url: string; open: boolean }) {
  const place = useRef<HTMLSpanElement>(null);
  useEffect(() => {
    const gone = new AbortController();
    const draw = async () => {
      const answer = await fetch(url, { signal: gone.signal });
      const paper = new DOMParser().parseFromString(await answer.text(), 'image/svg+xml');
      const { documentElement: drawn } = paper;
      const [width, height] = [drawn.getAttribute('width'), drawn.getAttribute('height')];
      if (!drawn.hasAttribute('viewBox')) drawn.setAttribute('viewBox', `0 0 ${width} ${height}`);
      place.current?.replaceChildren(document.adoptNode(drawn));
    };
    draw().catch((error: Error) => {
      if (!gone.signal.aborted) place.current?.replaceChildren(error.message);
    });
    return () => gone.abort();
  }, [url]);
  return <span class="print" data-open={open} ref={place} />;
}

interface PaperProps {
  receipt: ReceiptSeen;
  scannerId?: string;
}

function Paper({ receipt, scannerId }: PaperProps) {
  const open = useSignal(false);
  const { n, url, torn, codes = [] } = receipt;
  const code = codes[0];
  return (
    <li class="paper" data-torn={torn}>
      <button
        type="button"
        class="plain"
        aria-expanded={open.value}
        title={`第${n}张:点一下放大 · Paper ${n}: tap to enlarge`}
        onClick={() => {
          open.value = !open.value;
        }}
      >
        <Print url={url} open={open.value} />
      </button>
      {code !== undefined && scannerId !== undefined && (
        <button type="button" onClick={() => act({ act: 'scan', scannerId, code })}>
          <Say zh="扫这张" en="Scan this" />
        </button>
      )}
    </li>
  );
}

function Printer({ printer, scannerId }: { printer: PrinterSeen; scannerId?: string }) {
  const { id, label, paper, receipts } = printer;
  const hanging = receipts.filter(({ torn }) => !torn).length;
  return (
    <div class="printer">
      <div class="row">
        <Say {...label} />
        <span class="chip" data-paper={paper}>
          {paperWords[paper].zh} {paperWords[paper].en}
        </span>
        <button
          type="button"
          class={hanging > 0 ? 'main' : ''}
          disabled={hanging === 0}
          onClick={() => act({ act: 'tear', printerId: id })}
        >
          <Say zh="撕下小票" en="Tear off" />
        </button>
      </div>
      <ul class="papers">
        {receipts.toReversed().map((receipt) => (
          <Paper key={receipt.n} receipt={receipt} {...(scannerId ? { scannerId } : {})} />
        ))}
      </ul>
      {receipts.length === 0 && <Say zh="还没有打印" en="Nothing printed yet" />}
    </div>
  );
}

/** What the printers gave out, as pictures, newest first. */
export function Printers({ printers, scannerId }: { printers: PrinterSeen[]; scannerId?: string }) {
  return (
    <section class="card printers" data-part="paper">
      <Heading icon="receipt" zh="小票与标签" en="Receipts and labels" />
      {printers.map((printer) => (
        <Printer key={printer.id} printer={printer} {...(scannerId ? { scannerId } : {})} />
      ))}
    </section>
  );
}
