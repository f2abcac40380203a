import { Icon } from '../shared/icon.tsx';

/** A whole number between 0 and `most`, by thumb or by typing. */
export function Stepper({
  label,
  value,
  most,
}: {
  label: string;
  value: { value: number };
  most: number;
}) {
  const set = (next: number) => {
    value.value = Math.min(most, Math.max(0, Number.isFinite(next) ? Math.trunc(next) : 0));
  };
  return (
    <span class="stepper">
      <button
        type="button"
        aria-label={`${label} −`}
        disabled={value.value <= 0}
        onClick={() => set(value.value - 1)}
      >
        <Icon name="less" />
      </button>
      <input
        type="text"
        inputMode="numeric"
        aria-label={label}
        value={value.value}
        onChange={(event) => set(Number(event.currentTarget.value))}
      />
      <button
        type="button"
        aria-label={`${label} +`}
        disabled={value.value >= most}
        onClick={() => set(value.value + 1)}
      >
        <Icon name="add" />
      </button>
    </span>
  );
}
