/** The store's configuration as a form, and what became of it. */
import type { Text } from '../ports.ts';

interface Named {
  /** Name in the file. */
  key: string;
  label: Text;
  help?: Text;
  /** May be left out of the file. */
  optional: boolean;
}

/** One value. `default` is what counts where the file says nothing. */
export interface SettingLeaf extends Named {
  kind: 'text' | 'whole' | 'number' | 'switch' | 'choice';
  default?: string | number | boolean;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  choices?: string[];
  unit?: Text;
  /** Never shown; left as it is where it is not written anew. */
  secret?: true;
}

export interface SettingGroup extends Named {
  kind: 'group';
  fields: SettingField[];
}

/** A list of values or of groups. */
export interface SettingList extends Named {
  kind: 'list';
  item: SettingField;
}

/** Values of any kind under any name: a driver's options, areas by camera. */
export interface SettingFree extends Named {
  kind: 'free';
}

export type SettingField = SettingLeaf | SettingGroup | SettingList | SettingFree;

/** `lanes.lane-1.panel.widthPx`, before and after; a secret shows as `[redacted]`. */
export interface SettingChange {
  path: string;
  before?: unknown;
  after?: unknown;
}

export interface SettingsVersion {
  version: number;
  atWallMs: number;
  by: string;
  changes: SettingChange[];
}

export interface SettingsView {
  form: SettingField[];
  /** The file as it is written, secrets hidden. */
  values: Record<string, unknown>;
  /** SHA-256 of the file: a change says which one it is based on. */
  basedOn: string;
  /** Absent where the store does not run from a file: nothing can be changed then. */
  file?: string;
  /** Newest first. */
  history: SettingsVersion[];
  /** What the file says and the running store does not do yet; a restart takes it up. */
  waiting: SettingChange[];
}

/** What stands in place of a secret, both ways. */
export const HIDDEN = '[redacted]';
