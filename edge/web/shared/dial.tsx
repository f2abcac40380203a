import { formatKilograms } from '../../core/sale/quantity.ts';
import type { WeightView } from '../../core/views/views.ts';
import { kilograms } from './format.ts';
import { Icon } from './icon.tsx';
import { t } from './language.ts';

/** What lies there without its bag; undefined unless the scale vouches for a weight. */
export function netGrams(weight: WeightView): number | undefined {
  const gross = weight.kind === 'zero' ? 0 : weight.grams;
  return gross === undefined ? undefined : gross - weight.tareGrams;
}

/** Never an old number, and `--` rather than a guess. */
function digits(weight: WeightView): string {
  const grams = netGrams(weight);
  return grams === undefined ? '--' : formatKilograms(grams);
}

/** What is wrong with the weight, in words; undefined while it can be used. */
export function scaleTrouble(weight: WeightView): string | undefined {
  switch (weight.kind) {
    case 'underload':
    case 'overload':
    case 'fault':
    case 'stale':
      return t(`w.${weight.kind}`);
    default:
      return undefined;
  }
}

/** Whether the scale says nothing at all: then only goods sold by the piece can be bought. */
export function isSilent(weight: WeightView): boolean {
  return weight.kind === 'fault' || weight.kind === 'stale';
}

/**
 * The live weight with its lamps: stable, zero and net, as on a scale's own front. `alarm`: it
 * also says what is wrong, where no heading beside it does.
 */
export function Dial({ weight, alarm = false }: { weight: WeightView; alarm?: boolean }) {
  const shown = digits(weight);
  const words = alarm ? scaleTrouble(weight) : undefined;
  const net = weight.tareGrams > 0;
  return (
    <section class="dial" data-kind={weight.kind} aria-label={t('w.weight')}>
      <div class="lamps">
        {weight.kind === 'moving' ? (
          <span class="lamp moving" data-lit>
            {t('w.moving')}
          </span>
        ) : (
          <span class="lamp" data-lit={weight.kind === 'stable' || weight.kind === 'zero' || null}>
            {t('w.stable')}
          </span>
        )}
        <span class="lamp" data-lit={weight.kind === 'zero' || null}>
          {t('w.zero')}
        </span>
        <span class="lamp" data-lit={net || null}>
          {t('w.net')}
        </span>
      </div>
      <div class="reading">
        <span class="digits" data-long={shown.length > 5 || null}>
          {shown}
        </span>
        <span class="unit">{t('unit.kg')}</span>
      </div>
      <div class="scale-facts">
        {net ? (
          <span class="whole">{t('w.tare', { weight: kilograms(weight.tareGrams) })}</span>
        ) : null}
        <span class="whole">
          {t('w.max', { max: `${weight.maxGrams / 1000} ${t('unit.kg')}` })}
        </span>
        <span class="whole">
          {t('w.division', { division: `${weight.divisionGrams} ${t('unit.g')}` })}
        </span>
      </div>
      {words ? (
        <p class="alarm" role="status">
          <Icon name="warn" />
          {words}
        </p>
      ) : null}
    </section>
  );
}
