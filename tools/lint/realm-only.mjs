/**
 * ESLint rule `mediant/realm-only`: the core may use, as free names, those of `src/host/realm.ts`, `host`, and the intrinsics
 * that cannot be told apart between realms. The build runs the same rule over the finished bundle.
 */
import { tsImport } from 'tsx/esm/api';

const { realmNames } = await tsImport('../../src/host/realm.ts', import.meta.url);

/** Namespaces, constants and pure functions: no object of theirs carries a realm into what script sees. */
const plainIntrinsics = ['Atomics', 'Infinity', 'JSON', 'Math', 'NaN', 'Reflect', 'isFinite', 'isNaN', 'parseFloat', 'parseInt', 'undefined'];

const allowed = new Set([...realmNames, ...plainIntrinsics, 'host']);

const isFree = ({ resolved }) => !resolved || (resolved.scope.type === 'global' && resolved.defs.length === 0);
const isValue = (reference) =>
  reference.isValueReference !== false && reference.identifier.parent?.type !== 'TSTypeQuery';

export const realmOnly = {
  meta: {
    type: 'problem',
    schema: [],
    messages: { free: '`{{name}}` is neither a name of the realm (src/host/realm.ts) nor `host`: the core may not use it.' },
  },
  create(context) {
    return {
      'Program:exit'() {
        const report = (reference) => {
          const { name } = reference.identifier;
          if (allowed.has(name) || !isValue(reference) || !isFree(reference)) return;
          context.report({ node: reference.identifier, messageId: 'free', data: { name } });
        };
        for (const scope of context.sourceCode.scopeManager.scopes) scope.references.forEach(report);
      },
    };
  },
};

export { realmNames };
