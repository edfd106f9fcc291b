import type { MediaTrackConstraints, MediaTrackConstraintSet } from '../../generated/mediastream-types';
import { supportedNames } from './properties';
import type { PropertyName } from './properties';

type Value = number | string | boolean;

/** One constraint in one form, whatever the type of its property. Lists are alternatives. */
export interface Constraint {
  readonly min?: number;
  readonly max?: number;
  readonly exact?: readonly Value[];
  readonly ideal?: readonly Value[];
}

/** What a bare value stands for: an ideal in basic constraints, an exact one in an advanced ConstraintSet. */
export type BareValues = 'ideal' | 'exact';

/** The constraints of a ConstraintSet that are supported and specified. */
export function constraintsOf(set: MediaTrackConstraintSet, bareValues: BareValues): [PropertyName, Constraint][] {
  return supportedNames.flatMap((name) => {
    const constraint = constraintOf(set[name], bareValues);
    return constraint === null ? [] : [[name, constraint] as [PropertyName, Constraint]];
  });
}

function constraintOf(value: MediaTrackConstraintSet[PropertyName], bareValues: BareValues): Constraint | null {
  if (value === undefined) return null;
  const ranges = typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, Value | Value[] | undefined>) : { [bareValues]: value };
  const { min, max } = ranges as { min?: number; max?: number };
  const constraint = {
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...alternatives('exact', ranges.exact),
    ...alternatives('ideal', ranges.ideal),
  };
  return Object.keys(constraint).length === 0 ? null : constraint;
}

/** SelectSettings, step 1: an empty list is no constraint. */
function alternatives(member: BareValues, value: Value | Value[] | undefined): Constraint {
  if (value === undefined) return {};
  const list = Array.isArray(value) ? value : [value];
  return list.length === 0 ? {} : { [member]: list };
}

/** https://w3c.github.io/mediacapture-main/#dfn-required-constraints */
export function isRequired({ min, max, exact }: Constraint): boolean {
  return min !== undefined || max !== undefined || exact !== undefined;
}

/** Characters */
const longestString = 500;

/**
 * Deviation: a string that no device can ever be called by can't be satisfied though it is only an ideal, as web-platform-tests have it.
 * Returns the constraint's name, or null.
 */
export function overlongConstraint(constraints: MediaTrackConstraints): PropertyName | null {
  const all = [...constraintsOf(constraints, 'ideal'), ...(constraints.advanced ?? []).flatMap((set) => constraintsOf(set, 'exact'))];
  const overlong = all.find(([, { exact = [], ideal = [] }]) =>
    [...exact, ...ideal].some((value) => typeof value === 'string' && value.length > longestString));
  return overlong?.[0] ?? null;
}
