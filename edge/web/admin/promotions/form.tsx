/** A price rule being written, with what it does to a basket before it is in force. */
import { type Signal, useSignal } from '@preact/signals';
import type { TargetedEvent } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ProductView } from '../../../core/views/catalogue-view.ts';
import { yuan } from '../../shared/format.ts';
import type { Key } from '../../shared/i18n/zh.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { Picture } from '../../shared/picture.tsx';
import { Chips } from '../products/chips.tsx';
import { type Draft, exampleOf, KINDS, ruleOf, type Trouble, troubleOf } from './rule.ts';
import { find, tell } from './store.ts';

export function RuleForm({ draft: start, done }: { draft: Draft; done(): void }) {
  const draft = useSignal(start);
  const usual = useSignal<ProductView[]>([]);
  useEffect(() => {
    void find('', 3).then((found) => {
      usual.value = found;
    });
  }, []);
  const rule = ruleOf(draft.value);
  const shown = draft.value.products.length > 0 ? draft.value.products : usual.value;
  const save = async () => {
    if (rule && (await tell({ kind: 'set-promotion', promotion: rule }))) done();
  };
  return (
    <section class="card ruling" aria-label={t('pm.add')}>
      <form
        class="reprice"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <div>
          <Fields draft={draft} />
          <p class="acts-row">
            <button type="submit" class="primary" disabled={!rule}>
              {t('pm.save')}
            </button>
            <button type="button" class="plain" onClick={done}>
              {t('app.back')}
            </button>
          </p>
        </div>
        <div>
          <Articles draft={draft} />
          {rule ? (
            <ExampleTable rule={rule} products={shown} />
          ) : (
            <p class="quiet" role="status">
              {t(`pm.wrong_${troubleOf(draft.value) ?? 'name'}`)}
            </p>
          )}
        </div>
      </form>
    </section>
  );
}

function Fields({ draft }: { draft: Signal<Draft> }) {
  const { kind } = draft.value;
  const trouble = troubleOf(draft.value);
  const field = (name: keyof Draft & string, label: Key, wrong?: Trouble) => (
    <TextField
      draft={draft}
      name={name}
      label={label}
      wrong={wrong !== undefined && trouble === wrong}
    />
  );
  return (
    <>
      <Chips
        label={t('pm.kind')}
        values={KINDS}
        value={kind}
        word={(each) => t(`pm.kind_${each}`)}
        choose={(each) => {
          draft.value = { ...draft.value, kind: each };
        }}
      />
      <div class="pair">
        {field('zh', 'pm.name_zh', 'name')}
        {field('en', 'pm.name_en')}
      </div>
      <div class="pair">
        {kind === 'multi-buy' ? field('pieces', 'pm.pieces', 'pieces') : null}
        {kind === 'multi-buy' ? field('pay', 'pm.pay', 'pay') : null}
        {kind === 'percent-off' ? field('percent', 'pm.percent', 'percent') : null}
        {kind === 'amount-off' ? field('off', 'pm.off', 'off') : null}
        {kind === 'multi-buy' ? null : field('from', 'pm.from', 'from')}
      </div>
      <div class="pair">
        {field('fromDay', 'pm.from_day')}
        {field('toDay', 'pm.to_day', 'days')}
      </div>
      {kind === 'multi-buy' ? null : (
        <label class="check">
          <input
            type="checkbox"
            checked={draft.value.membersOnly}
            onChange={(event) => {
              draft.value = { ...draft.value, membersOnly: event.currentTarget.checked };
            }}
          />
          {t('pm.members')}
        </label>
      )}
    </>
  );
}

interface TextFieldProps {
  draft: Signal<Draft>;
  name: keyof Draft & string;
  label: Key;
  wrong: boolean;
}

function TextField({ draft, name, label, wrong }: TextFieldProps) {
  const isDay = name === 'fromDay' || name === 'toDay';
  const isText = name === 'zh' || name === 'en';
  const shared = {
    value: String(draft.value[name]),
    ...(wrong && { 'aria-invalid': true }),
    onInput: (event: TargetedEvent<HTMLInputElement>) => {
      draft.value = { ...draft.value, [name]: event.currentTarget.value };
    },
  };
  if (isDay)
    return (
      <label class="field">
        {t(label)}
        <input type="date" {...shared} />
      </label>
    );
  return (
    <label class="field">
      {t(label)}
      <input type="text" inputMode={isText ? 'text' : 'decimal'} maxLength={60} {...shared} />
    </label>
  );
}

function Articles({ draft }: { draft: Signal<Draft> }) {
  const typed = useSignal('');
  const found = useSignal<ProductView[]>([]);
  const chosen = draft.value.products;
  const put = (products: ProductView[]) => {
    draft.value = { ...draft.value, products };
  };
  const search = async (text: string) => {
    typed.value = text;
    const answer = text.trim() === '' ? [] : await find(text, 6);
    if (typed.value === text) found.value = answer;
  };
  const fresh = found.value.filter(({ sku }) => !chosen.some((each) => each.sku === sku));
  return (
    <fieldset class="articles">
      <legend>{t('pm.articles')}</legend>
      <Picked chosen={chosen} put={put} />
      <label class="search">
        <Icon name="search" />
        <input
          type="search"
          value={typed.value}
          placeholder={t('pr.search')}
          aria-label={t('pr.search')}
          onInput={(event) => void search(event.currentTarget.value)}
        />
      </label>
      <ul class="offers">
        {fresh.map((each) => (
          <li key={each.sku}>
            <button
              type="button"
              class="plain"
              onClick={() => {
                put([...chosen, each]);
                void search('');
              }}
            >
              <span class="article">
                <Picture sku={each.sku} name={each.name} picture={each.picture} />
                {pick(each.name)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}

interface PickedProps {
  chosen: readonly ProductView[];
  put(products: ProductView[]): void;
}

function Picked({ chosen, put }: PickedProps) {
  return (
    <ul class="picked">
      {chosen.map((each) => (
        <li key={each.sku}>
          {pick(each.name)}
          <button
            type="button"
            aria-label={t('pm.without', { name: pick(each.name) })}
            onClick={() => put(chosen.filter(({ sku }) => sku !== each.sku))}
          >
            <Icon name="remove" />
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ExampleProps {
  rule: NonNullable<ReturnType<typeof ruleOf>>;
  products: readonly ProductView[];
}

function ExampleTable({ rule, products }: ExampleProps) {
  const { lines, wasFen, isFen } = exampleOf(rule, products);
  return (
    <table class="preview">
      <caption>{t('pm.example')}</caption>
      <tbody>
        {lines.map(({ sku, name, quantity, wasFen: was, isFen: is }) => (
          <tr key={sku}>
            <th scope="row">
              {pick(name)} × {quantity}
            </th>
            <td class="number">{yuan(was)}</td>
            <td class="number">
              <strong>{yuan(is)}</strong>
            </td>
          </tr>
        ))}
        <tr>
          <th scope="row">{t('pm.together')}</th>
          <td class="number">{yuan(wasFen)}</td>
          <td class="number">
            <strong>{yuan(isFen)}</strong>
            <small>{t('pm.saves', { off: yuan(wasFen - isFen) })}</small>
          </td>
        </tr>
      </tbody>
    </table>
  );
}
