import type { Core } from '../../src/host/Core';
import { registerDrawables } from '../environment/canvas/drawables';
import { platformType, registerPlatformType } from '../environment/structured-clone';

/** The package's instances of this thread, by their global objects. */
const cores = new Map<object, Core>();

/** Lets structured clones of this thread carry the platform objects of `core`, which is that of `global`. */
export function carryPlatformObjects(core: Core, global: object): void {
  cores.set(global, core);
  registerDrawables((value) => core.drawableOf(value));
  for (const { name } of core.cloneables) if (platformType(name) === undefined) register(name);
}

function typeIn(core: Core | undefined, name: string) {
  return core?.cloneables.find((candidate) => candidate.name === name);
}

function register(name: string): void {
  const typeOf = (value: object) => [...cores.values()].map((core) => typeIn(core, name)).find((candidate) => candidate?.is(value));
  const [{ serialize, transfer } = {}] = [...cores.values()].map((core) => typeIn(core, name));
  registerPlatformType({
    name,
    is: (value) => typeOf(value) !== undefined,
    ...(serialize && { serialize: (value: object) => typeOf(value)!.serialize!(value) }),
    ...(transfer && {
      transfer(value: object, list: any[]) {
        const data = typeOf(value)!.transfer!(value);
        return 'port' in data ? { ...data, port: platformType('MessagePort')!.transfer!(data.port, list) } : data;
      },
    }),
    make(data, scope, decode) {
      const type = typeIn(cores.get(scope.global), name);
      if (type === undefined) throw new scope.global.DOMException(`${name} does not exist here.`, 'DataCloneError');
      return type.create('port' in data ? { ...data, port: platformType('MessagePort')!.make(data.port, scope, decode) } : data);
    },
  });
}
