import { Option } from 'commander'

/** The folder that every command on a server's data takes. */
export function dataOption(): Option {
  return new Option('--data <folder>', "the server's data folder")
    .env('BAILIWICK_DATA')
    .default('./bailiwick-data')
}
