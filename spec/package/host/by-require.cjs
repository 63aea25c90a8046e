const express = require('express');
const frontier = require('frontier-token');
require('./issue.cjs')(express, frontier);
