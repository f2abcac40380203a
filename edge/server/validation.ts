/**
 * What a route's schema says, checked by the library that the schemas are written with: nothing
 * coerced, nothing dropped, unknown keys refused. Each is compiled when it is first needed, so a
 * starting box does not wait for routes that nobody has asked for yet.
 */
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

export const compileSchema: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let compiled: Validator | undefined;
  return (given: unknown) => {
    compiled ??= Compile(schema);
    if (compiled.Check(given)) return true;
    const [first] = compiled.Errors(given);
    const where = `${httpPart ?? 'request'}${first?.instancePath ?? ''}`;
    return { error: new Error(`${where} ${first?.message ?? 'is not what is expected'}`) };
  };
};
