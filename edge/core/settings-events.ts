/** Who changed the store's configuration. The paths alone: no value, so no secret. */
export interface SettingsEventBodies {
  SettingsChanged: {
    by: string;
    version: number;
    /** `lanes.lane-1.panel.widthPx`; at most 100. */
    paths: string[];
    /** Of the file as it is after it. */
    sha256: string;
  };
}

export const SETTINGS_EVENT_TYPES = [
  'SettingsChanged',
] as const satisfies readonly (keyof SettingsEventBodies)[];
