/** The part of fs-native-extensions that is used here; the package ships no types. */
declare module 'fs-native-extensions' {
  /** Tries to lock a whole open file exclusively; false where another open file description has it. */
  export function tryLock(fd: number): boolean;
}
