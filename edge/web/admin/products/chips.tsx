/** One of a few, each a word to press. */
interface ChipsProps<Value> {
  label: string;
  values: readonly Value[];
  value: Value;
  word(value: Value): string;
  choose(value: Value): void;
}

export function Chips<Value extends string | number>(props: ChipsProps<Value>) {
  return (
    <fieldset class="chips" aria-label={props.label}>
      {props.values.map((each) => (
        <button
          key={each}
          type="button"
          aria-pressed={props.value === each}
          onClick={() => props.choose(each)}
        >
          {props.word(each)}
        </button>
      ))}
    </fieldset>
  );
}
