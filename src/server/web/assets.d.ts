/** Files that the bundler puts beside the scripts, imported by their address. */
declare module '*?url' {
  const address: string;
  export default address;
}
