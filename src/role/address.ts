/**
 * Devices of accounts. The first device of an account has the account's own name in the directory and at the relay; a further one adds its number. Each device has keys and a mailbox of
 * its own. Provider, orders and reports know accounts only.
 */

/** Name of a device, numbered from 1, in the directory and at the relay. */
export const deviceAddress = (account: string, device = 1): string => (device <= 1 ? account : `${account}.${device}`);

/** Names of all devices of an account. */
export const deviceAddresses = (account: string, devices = 1): string[] =>
  Array.from({ length: devices }, (_, i) => deviceAddress(account, i + 1));

/** Name of the device that sent a packet. */
export const sendingDevice = ({ sender, device }: { readonly sender: string; readonly device?: number | undefined }) =>
  deviceAddress(sender, device);
