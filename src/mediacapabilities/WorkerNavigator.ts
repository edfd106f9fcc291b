import { Navigator } from './Navigator';

/** What https://w3c.github.io/media-capabilities/#navigators-extensions adds to the realm's WorkerNavigator. */
export class WorkerNavigator extends Navigator {}
