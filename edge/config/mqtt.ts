/** Configuration of the store's own message broker. */
import Type, { type Static } from 'typebox';

export const mqttSchema = Type.Object(
  {
    host: Type.String({
      default: '127.0.0.1',
      description: 'Address it listens on; 0.0.0.0 for devices on the network',
    }),
    port: Type.Integer({ default: 1883, minimum: 0, maximum: 65_535 }),
    root: Type.String({
      default: 'store/yike/edge',
      pattern: '^[^+#]{1,128}$',
      description: 'Topics begin with it: store/<storeId>/<edgeId>; as in the devices’ options',
    }),
  },
  {
    additionalProperties: false,
    description: 'The store’s own MQTT broker, reached by its devices as broker:; left out: none',
  },
);

export type MqttConfig = Static<typeof mqttSchema>;
