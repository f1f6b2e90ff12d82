import { failsOver } from './failover.js';
import { losesState } from './losses.js';

losesState(1);
failsOver(1);
