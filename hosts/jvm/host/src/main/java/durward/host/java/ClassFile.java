package durward.host.java;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.util.jar.JarFile;
import javax.tools.SimpleJavaFileObject;

/** A class file in memory: one that the compiler makes, or one of the API in the host's jar. */
abstract class ClassFile extends SimpleJavaFileObject {
    private final String binaryName;

    private ClassFile(String binaryName) {
        super(URI.create("class:///" + binaryName.replace('.', '/') + Kind.CLASS.extension), Kind.CLASS);
        this.binaryName = binaryName;
    }

    String binaryName() {
        return binaryName;
    }

    /** One that the compiler makes. */
    static final class Made extends ClassFile {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Made(String binaryName) {
            super(binaryName);
        }

        byte[] bytes() {
            return bytes.toByteArray();
        }

        @Override
        public OutputStream openOutputStream() {
            return bytes;
        }

        @Override
        public InputStream openInputStream() {
            return new ByteArrayInputStream(bytes());
        }
    }

    /** One that is there. */
    static final class InJar extends ClassFile {
        private final JarFile jar;
        private final String entry;

        InJar(JarFile jar, String entry, String binaryName) {
            super(binaryName);
            this.jar = jar;
            this.entry = entry;
        }

        @Override
        public InputStream openInputStream() throws IOException {
            return jar.getInputStream(jar.getEntry(entry));
        }
    }
}
