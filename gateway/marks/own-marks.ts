import { DiskMarks } from './disk-marks.js';
import { takePlace } from './place.js';

export interface OwnMarks {
  readonly marks: DiskMarks;
  /** Writes what there is, and lets another process have the folder. */
  close(): Promise<void>;
}

export interface OwnMarksOptions {
  readonly stateDir: string;
  /** Begins the name of a gateway that has none yet. */
  readonly host: string;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly warn: (message: string) => void;
}

/** This gateway's marks, in its `stateDir`. @throws {Error} when they can't be read or written. */
export async function openOwnMarks(options: OwnMarksOptions): Promise<OwnMarks> {
  const { stateDir, host, randomBytes, warn } = options;
  const place = takePlace(stateDir, host, randomBytes);
  try {
    const marks = await DiskMarks.open({ folder: place.folder, gateway: place.name, warn });
    return {
      marks,
      close: async () => {
        await marks.close();
        place.release();
      },
    };
  } catch (error) {
    place.release();
    throw error;
  }
}
