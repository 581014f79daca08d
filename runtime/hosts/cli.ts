#!/usr/bin/env node
import { createRuntime } from '../index.ts';
import { main } from './cli/main.ts';
import { embedding } from './embedding.ts';

void main((options) => createRuntime({ ...options, ...embedding() }));
