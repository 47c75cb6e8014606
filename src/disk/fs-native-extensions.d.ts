/** The used part of fs-native-extensions; the package has no types. */
declare module 'fs-native-extensions' {
  /** Tries to lock a whole open file exclusively; returns false if another open file description holds the lock. */
  export function tryLock(fd: number): boolean;
}
