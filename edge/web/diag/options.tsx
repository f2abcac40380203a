/** A driver's options as fields: one schema checks them, documents them and draws them. */
import type { Signal } from '@preact/signals';
import type { Text } from '../../core/ports.ts';
import { pick } from '../shared/language.ts';

export interface OptionSchema {
  type?: string;
  about?: Text;
  minimum?: number;
  maximum?: number;
  /** A choice of constants. */
  anyOf?: { const: string | number }[];
}

export type Options = Record<string, unknown>;

interface FieldsProps {
  schema: Record<string, OptionSchema>;
  now: Options;
  changed: Signal<Options>;
}

export function OptionFields({ schema, now, changed }: FieldsProps) {
  return (
    <div class="options">
      {Object.entries(schema)
        .filter(
          ([, { anyOf, type }]) => anyOf || ['boolean', 'integer', 'string'].includes(type ?? ''),
        )
        .filter(([name]) => now[name] !== '[redacted]')
        .map(([name, option]) => (
          <Field
            key={name}
            name={name}
            option={option}
            value={changed.value[name] ?? now[name]}
            set={(value) => (changed.value = { ...changed.value, [name]: value })}
          />
        ))}
    </div>
  );
}

interface FieldProps {
  name: string;
  option: OptionSchema;
  value: unknown;
  set(value: unknown): void;
}

function Field({ name, option, value, set }: FieldProps) {
  const { about, minimum, maximum } = option;
  const range = minimum === undefined ? '' : ` ${minimum}–${maximum ?? ''}`;
  return (
    // The control is inside, drawn by its kind.
    // biome-ignore lint/a11y/noLabelWithoutControl: it is the next element
    <label>
      <span>{name}</span>
      <Control option={option} value={value} set={set} />
      <small>
        {about ? pick(about) : null}
        {range}
      </small>
    </label>
  );
}

function Control({ option, value, set }: Omit<FieldProps, 'name'>) {
  const { anyOf, type, minimum, maximum } = option;
  if (anyOf)
    return (
      <select
        value={String(value)}
        onChange={({ currentTarget }) =>
          set(anyOf.find((each) => String(each.const) === currentTarget.value)?.const)
        }
      >
        {anyOf.map((each) => (
          <option key={each.const} value={String(each.const)}>
            {each.const}
          </option>
        ))}
      </select>
    );
  if (type === 'boolean')
    return (
      <input
        type="checkbox"
        checked={value === true}
        onChange={({ currentTarget }) => set(currentTarget.checked)}
      />
    );
  if (type === 'integer')
    return (
      <input
        type="number"
        min={minimum}
        max={maximum}
        value={Number(value)}
        onInput={({ currentTarget }) => set(Math.round(currentTarget.valueAsNumber || 0))}
      />
    );
  return (
    <input value={String(value ?? '')} onInput={({ currentTarget }) => set(currentTarget.value)} />
  );
}
