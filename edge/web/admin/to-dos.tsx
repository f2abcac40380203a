/** What wants a person, each with the way to it. */
import type { ToDo } from '../../core/views/overview-views.ts';
import { Icon } from '../shared/icon.tsx';
import { t } from '../shared/language.ts';
import { linkTo, menu } from './rooms.ts';

export function ToDos({ toDos }: { toDos: ToDo[] }) {
  const mine = toDos.filter(({ room }) => menu.value.some(({ path }) => path === room[0]));
  return (
    <section class="card wanted">
      <h2>
        <Icon name="check" />
        {t('ov.todo')}
        {mine.length > 0 ? (
          <span class="badge" data-level="warn">
            {mine.length}
          </span>
        ) : null}
      </h2>
      {mine.length === 0 ? <p class="quiet">{t('ov.todo_none')}</p> : null}
      <ul class="to-dos">
        {mine.map(({ what, n, room }) => (
          <li key={what}>
            <span>{t(`ov.t_${what}`, { n })}</span>
            <a class="plain" href={linkTo(...room)}>
              {t('ov.go')}
              <Icon name="go" />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
