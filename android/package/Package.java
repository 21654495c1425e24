import com.android.apksig.ApkSigner;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Packs what aapt2, R8 and cargo made into an APK, aligns and signs it.
 * Arguments: base.apk, folder of classes*.dex, folder that holds lib/, key store, alias, output; the password of the
 * key store is in the environment, TELLTALE_KEYSTORE_PASSWORD. Two runs on the same input give the same bytes.
 */
final class Package {
    public static void main(String[] arguments) throws Exception {
        Path output = Path.of(arguments[5]);
        Path unsigned = Files.createTempFile("telltale", ".apk");
        try {
            pack(entries(Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2])), unsigned);
            sign(unsigned.toFile(), output.toFile(), signer(Path.of(arguments[3]), arguments[4]));
        } finally {
            Files.delete(unsigned);
        }
    }

    /** In the order of their names, so that the order of a file system is not to be seen. */
    private static TreeMap<String, byte[]> entries(Path base, Path dex, Path libraries) throws IOException {
        TreeMap<String, byte[]> entries = new TreeMap<>();
        try (ZipFile zip = new ZipFile(base.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                entries.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        add(entries, dex, ".dex");
        add(entries, libraries, ".so");
        return entries;
    }

    private static void add(TreeMap<String, byte[]> entries, Path folder, String ending) throws IOException {
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(path -> path.toString().endsWith(ending)).toList()) {
                entries.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
    }

    private static void pack(TreeMap<String, byte[]> entries, Path output) throws IOException {
        try (OutputStream file = Files.newOutputStream(output); ZipOutputStream zip = new ZipOutputStream(file)) {
            for (var entry : entries.entrySet()) {
                zip.putNextEntry(header(entry.getKey(), entry.getValue()));
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
    }

    /** The table of resources is mapped as it is. Libraries are extracted when the app is installed. */
    private static ZipEntry header(String name, byte[] content) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTimeLocal(java.time.LocalDateTime.of(1981, 1, 1, 1, 1, 2));
        if (name.equals("resources.arsc")) {
            CRC32 sum = new CRC32();
            sum.update(content);
            entry.setMethod(ZipEntry.STORED);
            entry.setSize(content.length);
            entry.setCrc(sum.getValue());
        }
        return entry;
    }

    private static ApkSigner.SignerConfig signer(Path store, String alias) throws Exception {
        char[] password = System.getenv("TELLTALE_KEYSTORE_PASSWORD").toCharArray();
        KeyStore keys = KeyStore.getInstance(store.toFile(), password);
        PrivateKey key = (PrivateKey) keys.getKey(alias, password);
        X509Certificate certificate = (X509Certificate) keys.getCertificate(alias);
        return new ApkSigner.SignerConfig.Builder("telltale", key, List.of(certificate)).build();
    }

    private static void sign(File input, File output, ApkSigner.SignerConfig signer) throws Exception {
        new ApkSigner.Builder(List.of(signer))
                .setInputApk(input)
                .setOutputApk(output)
                .setMinSdkVersion(26)
                .setV1SigningEnabled(false)
                .setV2SigningEnabled(true)
                .setV3SigningEnabled(true)
                .setAlignmentPreserved(false)
                .build()
                .sign();
    }
}
