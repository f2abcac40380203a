/** Who did what, when: narrowed by person, kind and day, page after page, or as a file. */
import { useEffect } from 'preact/hooks';
import { ACT_KINDS } from '../../../core/views/acts.ts';
import type { ActView } from '../../../core/views/audit-views.ts';
import { Icon } from '../../shared/icon.tsx';
import { pick, t } from '../../shared/language.ts';
import { When } from '../../shared/when.tsx';
import { DateSpan } from '../date-span.tsx';
import { Told } from '../door.tsx';
import { linkTo } from '../rooms.ts';
import { Skeleton } from '../shell.tsx';
import { acts, find, lookAtPeople, making, more, people, refused, take, wanted } from './store.ts';

export function Acts() {
  useEffect(() => {
    void lookAtPeople();
    void find();
  }, []);
  return (
    <>
      <Filters />
      <Told refusal={refused.value} />
      {acts.value ? <Found list={acts.value} /> : refused.value ? null : <Skeleton />}
    </>
  );
}

function narrow(change: Partial<typeof wanted.value>): void {
  wanted.value = { ...wanted.value, ...change };
  void find();
}

function Filters() {
  const { kind, person, from, to } = wanted.value;
  const today = people.value?.today ?? '';
  return (
    <section class="card filters">
      <fieldset class="chips">
        <legend>{t('au.kind')}</legend>
        {[undefined, ...ACT_KINDS].map((each) => (
          <button
            key={each ?? 'all'}
            type="button"
            class="chip"
            aria-pressed={kind === each}
            onClick={() => narrow({ kind: each } as Partial<typeof wanted.value>)}
          >
            {t(each ? `au.k_${each}` : 'au.all')}
          </button>
        ))}
      </fieldset>
      <label class="where">
        <span>{t('au.who')}</span>
        <select
          value={person ?? ''}
          onChange={({ currentTarget }) => narrow({ person: currentTarget.value })}
        >
          <option value="">{t('au.everybody')}</option>
          {(people.value?.people ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      </label>
      <DateSpan from={from} to={to} today={today} choose={narrow} />
      <button type="button" class="plain" disabled={making.value} onClick={() => void take()}>
        <Icon name="down" />
        {t(making.value ? 'or.exporting' : 'or.export', { kind: 'CSV' })}
      </button>
    </section>
  );
}

function Found({ list }: { list: ActView[] }) {
  if (list.length === 0)
    return (
      <section class="card">
        <p class="none">
          <Icon name="audit" />
          <strong>{t('au.none')}</strong>
        </p>
      </section>
    );
  return (
    <section class="card">
      <ol class="deeds">
        {list.map((act) => (
          <Row key={act.seq} act={act} />
        ))}
      </ol>
      {more.value ? (
        <button type="button" class="plain" onClick={() => void find(true)}>
          {t('au.more')}
        </button>
      ) : null}
    </section>
  );
}

function Row({ act }: { act: ActView }) {
  const { seq, atWallMs, kind, person, what, detail, source, saleId } = act;
  return (
    <li>
      <When wallMs={atWallMs} />
      <strong class="by">{person || t('au.nobody')}</strong>
      <span class="did">
        <strong>{pick(what)}</strong> {detail ? <span>{pick(detail)}</span> : null}
        <small>
          #{seq} · {source} · {t(`au.k_${kind}`)}
        </small>
      </span>
      {saleId ? <a href={linkTo('orders', saleId)}>{t('au.order')}</a> : null}
    </li>
  );
}
