/** One question at a time: a newer one makes the older answer worthless, however late it comes. */

/**
 * Wraps an asynchronous task. Each call cancels the one before; a cancelled call never resolves, so its answer is never drawn.
 * @template T
 * @template {unknown[]} A
 * @param {(signal: AbortSignal, ...rest: A) => Promise<T>} task
 * @returns {(...rest: A) => Promise<T>}
 */
export function latest(task) {
  let controller = new AbortController();
  return (...rest) => {
    controller.abort();
    const mine = (controller = new AbortController());
    return new Promise((resolve, reject) => {
      task(mine.signal, ...rest).then(
        (value) => mine.signal.aborted || resolve(value),
        (error) => mine.signal.aborted || reject(error),
      );
    });
  };
}
