import { failsOver } from './failover.js';
import { losesState } from './losses.js';

losesState(20);
failsOver(20);
