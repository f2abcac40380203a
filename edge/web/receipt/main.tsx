import '../shared/theme.ts';
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { Text } from '../../core/ports.ts';
import type { VatPart } from '../../core/sale/receipt.ts';
import type { LineView } from '../../core/views/views.ts';
import { kilograms, unitPrice, yuan } from '../shared/format.ts';
import type { Key } from '../shared/i18n/zh.ts';
import { Icon, Mark } from '../shared/icon.tsx';
import { pick, speak, t } from '../shared/language.ts';
import { LanguageButton } from '../shared/language-button.tsx';
import { clockTime } from '../shared/runtime.ts';

/** GET /api/receipts/:id. Prices include the value-added tax that `vat` splits out. */
interface ReceiptView {
  storeName: Text;
  receiptNo: string;
  atWallMs: number;
  lines: LineView[];
  totalFen: number;
  /** First 8 hex digits of the ledger hash. */
  shortHash: string;
  vat: VatPart[];
}

type Found = { receipt: ReceiptView } | { trouble: 'missing' | 'failed' };

const found = signal<Found | undefined>(undefined);

async function load(): Promise<Found> {
  const id = new URLSearchParams(location.search).get('id') ?? '';
  const response = await fetch(`/api/receipts/${encodeURIComponent(id)}`).catch(() => undefined);
  if (response?.ok) return { receipt: await response.json() };
  return { trouble: response?.status === 404 ? 'missing' : 'failed' };
}

function Line({ line }: { line: LineView }) {
  return (
    <li>
      <span class="name">{pick(line.name)}</span>
      <span class="amount whole">{yuan(line.amountFen)}</span>
      <small>
        <span class="whole">
          {line.netGrams === undefined ? line.quantity : kilograms(line.netGrams)} ×{' '}
          {unitPrice(line.unitPriceFen, line.priceBasis)}
        </span>
        {line.tareGrams ? (
          <span class="whole"> {t('k1.tare', { weight: kilograms(line.tareGrams) })}</span>
        ) : null}
        {line.discounts?.map(({ name, amountFen }) => (
          <span class="whole" key={name.en}>
            {' '}
            {pick(name)} {yuan(0 - amountFen)}
          </span>
        ))}
      </small>
    </li>
  );
}

function Slip({ receipt }: { receipt: ReceiptView }) {
  const facts: { label: Key; value: string }[] = [
    { label: 'r.no', value: receipt.receiptNo },
    { label: 'r.time', value: clockTime(receipt.atWallMs) },
    { label: 'r.check', value: receipt.shortHash },
  ];
  return (
    <article class="slip">
      <header>
        <Mark />
        <h1>{pick(receipt.storeName)}</h1>
        <p>{t('r.title')}</p>
      </header>
      <ul class="lines">
        {receipt.lines.map((line) => (
          <Line key={line.lineId} line={line} />
        ))}
      </ul>
      <p class="total">
        <span>{t('r.total')}</span>
        <strong class="whole">{yuan(receipt.totalFen)}</strong>
      </p>
      <dl>
        {receipt.vat.map((part) => (
          <div key={part.vatBasisPoints}>
            <dt>{t('r.vat', { rate: `${part.vatBasisPoints / 100}%` })}</dt>
            <dd class="whole">{yuan(part.vatFen)}</dd>
          </div>
        ))}
        {facts.map((fact) => (
          <div key={fact.label}>
            <dt>{t(fact.label)}</dt>
            <dd>{fact.value}</dd>
          </div>
        ))}
      </dl>
    </article>
  );
}

function Keys() {
  return (
    <nav aria-label={t('r.print')}>
      <button type="button" onClick={() => window.print()}>
        <Icon name="printer" />
        {t('r.print')}
      </button>
      <LanguageButton />
    </nav>
  );
}

function Receipt() {
  const answer = found.value;
  if (!answer) {
    return (
      <main aria-busy="true">
        <p class="wait">{t('app.connecting')}</p>
      </main>
    );
  }
  if ('trouble' in answer) {
    return (
      <main>
        <div class="slip trouble" role="alert">
          <Icon name="warn" />
          <h1>{t(`r.${answer.trouble}`)}</h1>
          <p>{t(`r.${answer.trouble}_next`)}</p>
        </div>
      </main>
    );
  }
  return (
    <main>
      <Slip receipt={answer.receipt} />
      <Keys />
    </main>
  );
}

const page = document.getElementById('page');
if (!page) throw new Error('index.html has no #page');
speak(navigator.language.startsWith('zh') ? 'zh' : 'en');
render(<Receipt />, page);
found.value = await load();
