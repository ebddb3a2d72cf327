package io.jans.as.server.service.ciba;

import io.jans.as.common.service.common.EncryptionService;

/** What a CIBA context's {@code getEncryptionService()} answers. */
public class CibaEncryptionService extends EncryptionService {
}
