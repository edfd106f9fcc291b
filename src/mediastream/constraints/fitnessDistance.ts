import type { MediaTrackSettings } from '../../generated/mediastream-types';
import { isRequired } from './constraint';
import type { Constraint } from './constraint';
import type { PropertyName } from './properties';

export type NamedConstraint = readonly [PropertyName, Constraint];

/** https://w3c.github.io/mediacapture-main/#dfn-fitness-distance */
export function fitnessDistance(settings: MediaTrackSettings, constraints: readonly NamedConstraint[]): number {
  return constraints.reduce((sum, [name, constraint]) => sum + distance(name, settings[name], constraint), 0);
}

function distance(name: PropertyName, actual: MediaTrackSettings[PropertyName], constraint: Constraint): number {
  // Step 1: unsupported names are left out before.
  // Step 2
  if (isRequired(constraint) && !satisfies(name, actual, constraint)) return Infinity;
  // Step 3: constraints that do not apply have no setting here, and are as in step 5.
  // Step 4: a boolean for a property that is none was converted by the IDL.
  // Step 6: without an ideal value, before step 5, as what is not asked for is not missed.
  if (constraint.ideal === undefined) return 0;
  // Step 5
  if (actual === undefined) return 1;
  // Step 7
  if (typeof actual === 'number') return Math.min(...constraint.ideal.map((ideal) => relativeDistance(rounded(name, actual), rounded(name, ideal as number))));
  // Step 8
  return constraint.ideal.includes(actual) ? 0 : 1;
}

function relativeDistance(actual: number, ideal: number): number {
  return actual === ideal ? 0 : Math.abs(actual - ideal) / Math.max(Math.abs(actual), Math.abs(ideal));
}

export function satisfies(name: PropertyName, actual: MediaTrackSettings[PropertyName], { min, max, exact }: Constraint): boolean {
  if (actual === undefined) return false;
  if (typeof actual === 'number') {
    const value = rounded(name, actual);
    if (min !== undefined && value < rounded(name, min)) return false;
    if (max !== undefined && value > rounded(name, max)) return false;
    return exact === undefined || exact.some((alternative) => rounded(name, alternative as number) === value);
  }
  return exact === undefined || exact.includes(actual);
}

const tenthDecimalPlace = 1e10;

/** An aspect ratio is rounded to the tenth decimal place; a constraint is compared at the same precision. */
export function rounded(name: PropertyName, value: number): number {
  return name === 'aspectRatio' ? Math.round(value * tenthDecimalPlace) / tenthDecimalPlace : value;
}
