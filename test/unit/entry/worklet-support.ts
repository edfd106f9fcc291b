/** For tests of AudioWorklet: the built package over the silent clock, if nothing else is asked for, and processors written in place. */
process.env['MEDIANT_AUDIO'] ??= 'silent';

export const media: any = await import('mediant');

/** A data: URL of a module that registers one processor of this class body. */
export function processor(name: string, body: string, before = ''): string {
  return module(`${before}\nregisterProcessor(${JSON.stringify(name)}, class extends AudioWorkletProcessor { ${body} });`);
}

export function module(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

export const gain = processor('gain', `
  static parameterDescriptors = [{ name: 'gain', defaultValue: 0.5, minValue: 0, maxValue: 1 }];
  process([input], [output], { gain }) {
    input.forEach((samples, channel) => {
      for (let i = 0; i < samples.length; i++) output[channel][i] = samples[i] * (gain.length > 1 ? gain[i] : gain[0]);
    });
    return true;
  }`);

export async function rejection(promise: Promise<unknown>): Promise<any> {
  return promise.then(() => { throw new Error('It was fulfilled.'); }, (error: unknown) => error);
}

export const nextEvent = (target: any, type: string): Promise<any> => new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

/** The next message of a port. */
export const nextMessage = (port: any): Promise<any> => new Promise((resolve) => { 
  port.onmessage = ({ data }: any) => {
    port.onmessage = null; // what listens holds the process
    resolve(data);
  };
});
