/**
 * Timers that go on in a hidden tab. After five minutes browsers let a hidden page's timers fire once a minute; a SIP socket
 * that says nothing for a minute is closed by most proxies. A worker's timers are not slowed.
 */
const SHORT = 200;
const WORKER = `const on=new Map();onmessage=({data:[id,ms,again]})=>{if(ms<0){clearTimeout(on.get(id));clearInterval(on.get(id));on.delete(id)}
else on.set(id,again?setInterval(()=>postMessage(id),ms):setTimeout(()=>{on.delete(id);postMessage(id)},ms))}`;

type Timed = { run: () => void; again: boolean; wait: number };

export function wakeTimers(scope: Window & typeof globalThis): void {
  let worker: Worker;
  try {
    worker = new scope.Worker(URL.createObjectURL(new Blob([WORKER], { type: "text/javascript" })));
  } catch {
    return; // a policy forbids it: the browser's own timers then
  }
  const { setTimeout, setInterval, clearTimeout, clearInterval } = scope;
  type Start = (handler: TimerHandler, wait: number, ...args: unknown[]) => number;
  const native = (again: boolean) => (again ? setInterval : setTimeout).bind(scope) as unknown as Start;
  const timers = new Map<number, Timed>();
  // Far above the browser's own ids, so that either kind can be cleared by either function.
  let last = 1_000_000_000;
  let broken = false;
  const fire = (id: number) => {
    const timer = timers.get(id);
    if (timer && !timer.again) timers.delete(id);
    timer?.run();
  };
  worker.onmessage = ({ data: id }: MessageEvent<number>) => fire(id);
  worker.onerror = () => {
    broken = true;
    for (const [id, timer] of timers) native(timer.again)(() => fire(id), timer.wait);
  };
  const start = (handler: TimerHandler, delay: number | undefined, again: boolean, args: unknown[]): number => {
    const wait = Number(delay) || 0;
    if (broken || wait < SHORT || typeof handler !== "function") return native(again)(handler, wait, ...args);
    const id = ++last;
    timers.set(id, { run: () => handler(...args), again, wait });
    worker.postMessage([id, wait, again]);
    return id;
  };
  const stop = (id: number | undefined): void => {
    if (id !== undefined && timers.delete(id)) worker.postMessage([id, -1, false]);
    else {
      clearTimeout.call(scope, id);
      clearInterval.call(scope, id);
    }
  };
  Object.assign(scope, {
    setTimeout: (handler: TimerHandler, delay?: number, ...args: unknown[]) => start(handler, delay, false, args),
    setInterval: (handler: TimerHandler, delay?: number, ...args: unknown[]) => start(handler, delay, true, args),
    clearTimeout: stop,
    clearInterval: stop,
  });
}
