/** What a shopper may switch on for themselves, on any screen, until the next shopper. */
export const COMFORTS = ['large', 'low', 'contrast'] as const;

/**
 * `large` 大字: larger type, everything takes its time; `low` 低位操作: what is pressed lies in the
 * bottom 60 % of a standing panel; `contrast` 高对比: black, white and yellow.
 */
export type Comfort = (typeof COMFORTS)[number];
/** Those that are on; a key is absent when off. */
export type Comforts = { [comfort in Comfort]?: true };

/** The next shopper begins without them. */
export function forgetComforts(memory: Comforts): void {
  for (const comfort of COMFORTS) delete memory[comfort];
}

export function comfortsOf(memory: Comforts): Comforts {
  return Object.fromEntries(
    COMFORTS.filter((comfort) => memory[comfort]).map((comfort) => [comfort, true]),
  );
}
