require('./issue.cjs')(
  require('express'),
  require('frontier-token'),
  require('frontier-token/sql'),
  require('frontier-token/testing'),
  require('kysely'),
);
