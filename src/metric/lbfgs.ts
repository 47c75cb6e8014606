/**
 * Limited-memory BFGS: minimises a smooth convex function of many numbers by its gradient. Nocedal & Wright, "Numerical Optimization"
 * (2006), algorithms 7.4 and 7.5, with a step that is halved until it lowers the function enough (Armijo). Deterministic: no randomness,
 * and sums in a fixed order.
 */

/** Value at a point; writes the gradient there. */
type Objective = (at: Float64Array, gradient: Float64Array) => number;

/** How far to go. */
interface MinimiseOptions {
  readonly iterations: number;
  /** Told after each step; false ends it. */
  readonly step?: (at: Float64Array, iteration: number) => boolean;
}

/** Pairs of steps and gradient changes that are remembered. */
const memory = 10;
/** A step must lower the function by this share of what its slope promises. */
const armijo = 1e-4;
/** Ends where the gradient is this much shorter than at the start. */
const flat = 1e-7;

/** Walks from `start` downhill, and returns where it ended. */
export function minimise(objective: Objective, start: Float64Array, options: MinimiseOptions): Float64Array {
  const size = start.length;
  let at = start.slice();
  let gradient = new Float64Array(size);
  let value = objective(at, gradient);
  const first = Math.sqrt(dot(gradient, gradient));
  const steps: { readonly moved: Float64Array; readonly turned: Float64Array; readonly curvature: number }[] = [];
  for (let iteration = 1; iteration <= options.iterations; iteration++) {
    if (!(Math.sqrt(dot(gradient, gradient)) > flat * first)) break;
    const direction = descent(gradient, steps);
    const slope = dot(direction, gradient);
    const next = new Float64Array(size);
    const nextGradient = new Float64Array(size);
    // The first direction is a bare gradient, of any length.
    let length = steps.length === 0 ? Math.min(1, 1 / Math.sqrt(-slope)) : 1;
    let found = Infinity;
    for (let halvings = 0; halvings < 40; halvings++, length /= 2) {
      for (let i = 0; i < size; i++) next[i] = at[i]! + length * direction[i]!;
      found = objective(next, nextGradient);
      if (found <= value + armijo * length * slope) break;
    }
    if (!(found < value)) break;
    const moved = new Float64Array(size);
    const turned = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      moved[i] = next[i]! - at[i]!;
      turned[i] = nextGradient[i]! - gradient[i]!;
    }
    const curvature = dot(moved, turned);
    if (curvature > 0) {
      steps.push({ moved, turned, curvature });
      if (steps.length > memory) steps.shift();
    }
    [at, gradient, value] = [next, nextGradient, found];
    if (options.step?.(at, iteration) === false) break;
  }
  return at;
}

/** The direction of Newton's step as far as the remembered steps tell: the two-loop recursion. */
function descent(
  gradient: Float64Array,
  steps: readonly { readonly moved: Float64Array; readonly turned: Float64Array; readonly curvature: number }[],
): Float64Array {
  const direction = gradient.map((each) => -each);
  const weights = new Float64Array(steps.length);
  for (let k = steps.length - 1; k >= 0; k--) {
    const { moved, turned, curvature } = steps[k]!;
    weights[k] = dot(moved, direction) / curvature;
    add(direction, turned, -weights[k]!);
  }
  const last = steps.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.turned, last.turned);
    for (let i = 0; i < direction.length; i++) direction[i]! *= scale;
  }
  steps.forEach(({ moved, turned, curvature }, k) => {
    add(direction, moved, weights[k]! - dot(turned, direction) / curvature);
  });
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(to: Float64Array, what: Float64Array, times: number): void {
  for (let i = 0; i < to.length; i++) to[i]! += times * what[i]!;
}
