/** Files that the bundler places next to the scripts, imported by their address. */
declare module '*?url' {
  const address: string;
  export default address;
}
