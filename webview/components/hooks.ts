import { useEffect, useRef, useState } from 'preact/hooks';

const SECOND_MS = 1000;
/** How long a button says that it has done its work. */
const DONE_MS = 1500;

/** The time in milliseconds, renewed each second while `ticking`. */
export function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), SECOND_MS);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}

/** True for a moment after `mark` was called. */
export function useDone(): [boolean, () => void] {
  const [done, setDone] = useState(false);
  const timer = useRef(0);
  useEffect(() => () => clearTimeout(timer.current), []);
  const mark = () => {
    setDone(true);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => setDone(false), DONE_MS);
  };
  return [done, mark];
}
