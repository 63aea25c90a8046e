import { SqliteDialect, type Driver } from 'kysely';

/** A database that a spec turns off: it refuses as a server does that is not there, or swallows what it is sent. */
export class SwitchedDialect extends SqliteDialect {
  state: 'up' | 'down' | 'silent' = 'up';

  override createDriver(): Driver {
    const driver = super.createDriver();
    const acquire = driver.acquireConnection.bind(driver);
    driver.acquireConnection = () => {
      if (this.state === 'silent') return new Promise(() => undefined);
      if (this.state === 'up') return acquire();
      return Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }));
    };
    return driver;
  }
}
