import { MediaFile } from '../MediaFile';
import { convert } from './convert';
import type { Conversion, ConversionOptions } from './convert';
import { openOutput } from './OutputFile';
import type { Output } from './OutputFile';

export type Written = Conversion & { readonly bytes: number };

/** Converts one file. What was written is complete, or is not there. @throws UsageError, Failure; what the signal was aborted with */
export async function convertFile(inputName: string, outputName: string, mayOverwrite: boolean, options: ConversionOptions): Promise<Written> {
  const input = await MediaFile.open(inputName);
  let output: Output | null = null;
  try {
    output = await openOutput(outputName, mayOverwrite);
    const conversion = await convert(input, output, options);
    options.signal.throwIfAborted();
    await output.commit();
    return { ...conversion, bytes: output.size };
  } catch (error) {
    await output?.abandon();
    throw error;
  } finally {
    await input.close();
  }
}
