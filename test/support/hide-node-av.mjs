/** To be imported first: node-av is not found from here on, as where it is not installed. Workers have it too where it is an `--import` of NODE_OPTIONS. */
import { register } from 'node:module';

const hooks = `export function resolve(specifier, context, next) {
  if (!/(^|[/\\\\]node_modules[/\\\\])node-av([/\\\\]|$)/.test(specifier)) return next(specifier, context);
  throw Object.assign(new Error("Cannot find package 'node-av' imported from here"), { code: 'ERR_MODULE_NOT_FOUND' });
}`;

register(`data:text/javascript,${encodeURIComponent(hooks)}`);
