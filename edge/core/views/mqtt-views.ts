/** What the store's message broker tells those who look after it. */

/** Why a connection was ended before anything of it was kept. */
export type GuardReason = 'not-mqtt' | 'too-large' | 'connect-timeout';

export interface BrokerAlarm {
  kind: 'second-login' | 'wrong-password' | 'foreign-topic' | GuardReason;
  deviceId: string;
  address: string;
  /** Topic of what was dropped. */
  topic?: string;
  bytes?: number;
}

export interface BrokerStat {
  port: number;
  connected: string[];
  counts: Record<BrokerAlarm['kind'], number>;
  /** The newest, at most 20. */
  alarms: BrokerAlarm[];
}

export interface MqttMessage {
  topic: string;
  payload: string;
  retained: boolean;
  atWallMs: number;
}
