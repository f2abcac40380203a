import { t } from '../shared/language.ts';

/** Grey shapes where something will stand: nothing jumps when it comes. */
export function Skeleton() {
  return (
    <div class="skeleton" role="status" aria-busy="true" aria-label={t('app.connecting')}>
      <span class="line short" />
      <span class="block" />
      <span class="block" />
    </div>
  );
}
