/** What answered at a port: its name, a scale's type plate, and it is one of the store's devices. */
import { type Signal, useSignal } from '@preact/signals';
import { freeNames } from '../../core/free-names.ts';
import { isPossible } from '../../core/type-plate.ts';
import type { DiagDevice, ProbeFinding } from '../../core/views/diag-views.ts';
import { pick, t } from '../shared/language.ts';
import { chosenId, devices, tool } from './tools.ts';

export function Offers({ found, added }: { found: ProbeFinding[]; added: () => void }) {
  const kinds = found.map(({ kind }) => kind);
  const names = freeNames(kinds, devices.value?.map(({ id }) => id) ?? []);
  return (
    <>
      {found.map((each, at) => (
        <Offer key={each.address} found={each} name={names[at] ?? each.kind} added={added} />
      ))}
    </>
  );
}

interface Offered {
  found: ProbeFinding;
  name: string;
  added: () => void;
}

function Offer({ found, name, added }: Offered) {
  const id = useSignal(name);
  const as = useSignal<string | undefined>(undefined);
  const [min, max, d] = [useSignal(''), useSignal(''), useSignal('')];
  const plate = plateOf(min.value, max.value, d.value);
  const add = async () => {
    const { driver, address } = found;
    const draft = { id: id.value, driver, address, ...(found.needsPlate && { plate }) };
    const device = await tool<DiagDevice>('POST', '/devices', draft);
    if (!device) return;
    as.value = device.id;
    added();
  };
  if (as.value !== undefined) return <Added id={as.value} />;
  const complete = id.value !== '' && (!found.needsPlate || plate !== undefined);
  return (
    <div class="found">
      <p>
        <b>{found.driver}</b> {pick(found.title)}
        <small>{found.address}</small>
      </p>
      <div class="row">
        <Field label={t('g.name')} value={id} />
        {found.needsPlate ? (
          <div class="plate">
            <Field label={t('g.plate_min')} value={min} grams />
            <Field label={t('g.plate_max')} value={max} grams />
            <Field label={t('g.plate_d')} value={d} grams />
          </div>
        ) : null}
        <button type="button" class="primary" disabled={!complete} onClick={() => void add()}>
          {t('g.add')}
        </button>
      </div>
      {found.needsPlate ? <p class="quiet">{t('g.plate_how')}</p> : null}
    </div>
  );
}

function plateOf(...fields: [min: string, max: string, division: string]) {
  if (!fields.every((text) => /^\d{1,7}$/.test(text))) return undefined;
  const [minGrams, maxGrams, divisionGrams] = fields.map(Number) as [number, number, number];
  const plate = { minGrams, maxGrams, divisionGrams };
  return isPossible(plate) ? plate : undefined;
}

function Field({ label, value, grams }: { label: string; value: Signal<string>; grams?: true }) {
  return (
    <label>
      {label}
      <input
        inputMode={grams ? 'numeric' : 'text'}
        value={value.value}
        onInput={(event) => (value.value = event.currentTarget.value.trim())}
      />
    </label>
  );
}

function Added({ id }: { id: string }) {
  return (
    <p class="found row" role="status">
      {t('g.added', { name: id })}
      <button type="button" class="plain" onClick={() => (chosenId.value = id)}>
        {t('g.open_device')}
      </button>
    </p>
  );
}
