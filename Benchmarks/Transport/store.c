// A store with S3's verbs that costs next to nothing, to measure clients with: it serves files of a directory and
// drops what is written, remembering the sizes alone. It checks no signature and speaks to this machine only.
//
//   store PORT ROOT
//
// The bucket is a folder of ROOT. `GET /-/requests` answers with the number of requests of each kind and the bytes
// both ways since the last `DELETE /-/requests`. One thread a connection; ends with SIGTERM.
//
//   cc -O2 -pthread -o store store.c

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { HEAD_LIMIT = 32 << 10, TEXT_LIMIT = 2048, PART_LIMIT = 10000, LISTED_LIMIT = 1000 };

// What was asked for, by kind.
enum kind { GET_OBJECT, HEAD_OBJECT, LIST_OBJECTS, PUT_OBJECT, CREATE_UPLOAD, PUT_PART, COMPLETE_UPLOAD, ABORT_UPLOAD,
            DELETE_OBJECT, OTHER, KIND_COUNT };
static const char *const kind_names[KIND_COUNT] = {"get", "head", "list", "put", "create_upload", "put_part",
    "complete_upload", "abort_upload", "delete", "other"};
static _Atomic uint64_t counts[KIND_COUNT], bytes_out, bytes_in;

// An object or upload that was written: its size, and nothing of its content.
struct written {
    struct written *next;
    char *name;
    uint64_t size;
    uint64_t version;
    // Of an upload, the size of each part.
    uint64_t *part_sizes;
};
static struct written *objects, *uploads;
static uint64_t last_version;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static const char *root;

struct request {
    char method[8];
    char path[TEXT_LIMIT];   // decoded, with the leading slash
    char query[TEXT_LIMIT];  // as it came
    uint64_t content_length, decoded_length;
    uint64_t first, last;    // of a range
    int has_range, if_absent, expects_continue, closes, is_chunked;
};

struct connection {
    int socket;
    char head[HEAD_LIMIT + 1];
    size_t held;  // bytes in `head`
};

static void *reserve(size_t size) {
    void *memory = calloc(1, size);
    if (memory == NULL) {
        fprintf(stderr, "store: out of memory\n");
        exit(1);
    }
    return memory;
}

// MARK: names

static int hex(char digit) {
    if (digit >= '0' && digit <= '9') return digit - '0';
    digit |= 0x20;
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

// Undoes percent-encoding; 0 where the text does not fit.
static int decode(const char *text, size_t length, char *output, size_t limit) {
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        if (used + 1 >= limit) return 0;
        if (text[i] == '%' && i + 2 < length && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
            output[used++] = (char)(hex(text[i + 1]) << 4 | hex(text[i + 2]));
            i += 2;
        } else {
            output[used++] = text[i];
        }
    }
    output[used] = 0;
    return 1;
}

// The decoded value of a parameter in the query; 0 where it is not there.
static int parameter(const struct request *request, const char *name, char *output, size_t limit) {
    size_t length = strlen(name);
    for (const char *at = request->query; *at != 0;) {
        size_t size = strcspn(at, "&");
        if (strncmp(at, name, length) == 0 && (at[length] == '=' || length == size)) {
            const char *value = at + length + (at[length] == '=');
            return decode(value, (size_t)(at + size - value), output, limit);
        }
        at += size + (at[size] == '&');
    }
    return 0;
}

// Where a key's file is; 0 for a name that leaves the root.
static int file_of(const char *path, char *output, size_t limit) {
    if (strstr(path, "/..") != NULL) return 0;
    return snprintf(output, limit, "%s%s", root, path) < (int)limit;
}

static struct written *find(struct written *list, const char *name) {
    for (; list != NULL; list = list->next)
        if (strcmp(list->name, name) == 0) return list;
    return NULL;
}

// The size and ETag of an object, a file or what was written; 0 where none stands. Takes the lock.
static int look_up(const char *path, uint64_t *size, char *etag, size_t limit) {
    char file[2 * TEXT_LIMIT];
    struct stat status;
    pthread_mutex_lock(&lock);
    struct written *object = find(objects, path);
    if (object != NULL) {
        *size = object->size;
        snprintf(etag, limit, "written-%llu", (unsigned long long)object->version);
    }
    pthread_mutex_unlock(&lock);
    if (object != NULL) return 1;
    if (!file_of(path, file, sizeof file) || stat(file, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    *size = (uint64_t)status.st_size;
    snprintf(etag, limit, "%llx-%llx", (unsigned long long)status.st_size, (unsigned long long)status.st_mtim.tv_sec);
    return 1;
}

static uint64_t remember(const char *path, uint64_t size) {
    pthread_mutex_lock(&lock);
    struct written *object = find(objects, path);
    if (object == NULL) {
        object = reserve(sizeof *object);
        object->name = strdup(path);
        object->next = objects;
        objects = object;
    }
    object->size = size;
    uint64_t version = object->version = ++last_version;
    pthread_mutex_unlock(&lock);
    return version;
}

static void forget(struct written **list, const char *name) {
    pthread_mutex_lock(&lock);
    for (struct written **at = list; *at != NULL; at = &(*at)->next) {
        if (strcmp((*at)->name, name) != 0) continue;
        struct written *gone = *at;
        *at = gone->next;
        free(gone->name);
        free(gone->part_sizes);
        free(gone);
        break;
    }
    pthread_mutex_unlock(&lock);
}

// MARK: the connection

static int send_all(int socket, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t sent = send(socket, bytes, count, MSG_NOSIGNAL);
        if (sent <= 0) return 0;
        bytes += sent;
        count -= (size_t)sent;
    }
    return 1;
}

// When every object was last written.
static const char written_moment[] = "Wed, 01 Jan 2020 00:00:00 GMT";

// The time as answers say it; clients compare it with their clocks.
static const char *now(void) {
    static _Thread_local char text[64];
    time_t seconds = time(NULL);
    struct tm parts;
    gmtime_r(&seconds, &parts);
    strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return text;
}

// An answer with a body of text, or none; `head` are further header lines.
static int answer(struct connection *connection, const char *status, const char *head, const char *body) {
    char text[4096];
    size_t length = body == NULL ? 0 : strlen(body);
    int count = snprintf(text, sizeof text,
        "HTTP/1.1 %s\r\nDate: %s\r\nServer: store\r\nx-amz-request-id: 0\r\n%s%sContent-Length: %zu\r\n\r\n", status,
        now(), head, length > 0 ? "Content-Type: application/xml\r\n" : "", length);
    if (count < 0 || count >= (int)sizeof text) return 0;
    return send_all(connection->socket, text, (size_t)count) && (length == 0 || send_all(connection->socket, body, length));
}

static int refuse(struct connection *connection, const char *status, const char *code, int has_body) {
    char body[512];
    snprintf(body, sizeof body, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>%s</Code><Message>%s</Message></Error>",
        code, code);
    return answer(connection, status, "", has_body ? body : NULL);
}

// Drops a request's body without copying it out of the kernel.
static int drop_body(struct connection *connection, uint64_t count) {
    size_t here = connection->held < count ? connection->held : (size_t)count;
    memmove(connection->head, connection->head + here, connection->held - here);
    connection->held -= here;
    atomic_fetch_add(&bytes_in, count);
    count -= here;
    while (count > 0) {
        size_t most = count < 1 << 20 ? (size_t)count : 1 << 20;
        ssize_t got = recv(connection->socket, NULL, most, MSG_TRUNC);
        if (got <= 0) return 0;
        count -= (uint64_t)got;
    }
    return 1;
}

static void read_header(struct request *request, const char *line) {
    const char *value = strchr(line, ':');
    if (value == NULL) return;
    size_t length = (size_t)(value - line);
    do value++; while (*value == ' ');
#define IS(name) (length == sizeof name - 1 && strncasecmp(line, name, length) == 0)
    if (IS("content-length")) request->content_length = strtoull(value, NULL, 10);
    if (IS("x-amz-decoded-content-length")) request->decoded_length = strtoull(value, NULL, 10);
    if (IS("transfer-encoding")) request->is_chunked = 1;
    if (IS("expect")) request->expects_continue = 1;
    if (IS("connection")) request->closes = strncasecmp(value, "close", 5) == 0;
    if (IS("if-none-match")) request->if_absent = *value == '*';
    if (IS("range")) {
        unsigned long long first = 0, last = UINT64_MAX;
        request->has_range = sscanf(value, "bytes=%llu-%llu", &first, &last) >= 1;
        request->first = first;
        request->last = last;
    }
#undef IS
}

// Reads the next request's head; 0 at the end of the connection or for what is none.
static int read_request(struct connection *connection, struct request *request) {
    char *end;
    connection->head[connection->held] = 0;
    while ((end = strstr(connection->head, "\r\n\r\n")) == NULL) {
        if (connection->held == HEAD_LIMIT) return 0;
        ssize_t got = recv(connection->socket, connection->head + connection->held, HEAD_LIMIT - connection->held, 0);
        if (got <= 0) return 0;
        connection->held += (size_t)got;
        connection->head[connection->held] = 0;
    }
    *end = 0;
    memset(request, 0, sizeof *request);
    char *rest = NULL, *line = strtok_r(connection->head, "\r\n", &rest);
    char target[2 * TEXT_LIMIT];
    if (line == NULL || sscanf(line, "%7s %4095s", request->method, target) != 2) return 0;
    char *query = strchr(target, '?');
    if (query != NULL) {
        *query++ = 0;
        if (strlen(query) >= sizeof request->query) return 0;
        strcpy(request->query, query);
    }
    if (!decode(target, strlen(target), request->path, sizeof request->path)) return 0;
    while ((line = strtok_r(NULL, "\r\n", &rest)) != NULL) read_header(request, line);
    size_t used = (size_t)(end - connection->head) + 4;
    memmove(connection->head, connection->head + used, connection->held - used);
    connection->held -= used;
    return 1;
}

// MARK: verbs

static int get_object(struct connection *connection, const struct request *request, int has_body) {
    char etag[64], head[512], file[2 * TEXT_LIMIT];
    uint64_t size = 0;
    if (!look_up(request->path, &size, etag, sizeof etag))
        return refuse(connection, "404 Not Found", "NoSuchKey", has_body);
    uint64_t first = request->has_range ? request->first : 0, end = size;
    if (request->has_range) {
        if (first >= size) return refuse(connection, "416 Range Not Satisfiable", "InvalidRange", has_body);
        if (request->last < size - 1) end = request->last + 1;
    }
    int count = snprintf(head, sizeof head,
        "HTTP/1.1 %s\r\nDate: %s\r\nServer: store\r\nETag: \"%s\"\r\nLast-Modified: %s\r\nAccept-Ranges: bytes\r\n"
        "Content-Type: binary/octet-stream\r\nContent-Length: %llu\r\n",
        request->has_range ? "206 Partial Content" : "200 OK", now(), etag, written_moment,
        (unsigned long long)(end - first));
    if (request->has_range)
        count += snprintf(head + count, sizeof head - (size_t)count, "Content-Range: bytes %llu-%llu/%llu\r\n",
            (unsigned long long)first, (unsigned long long)(end - 1), (unsigned long long)size);
    count += snprintf(head + count, sizeof head - (size_t)count, "\r\n");
    if (!has_body) return send_all(connection->socket, head, (size_t)count);
    int source = file_of(request->path, file, sizeof file) ? open(file, O_RDONLY) : -1;
    // What was written is gone.
    if (source < 0) return refuse(connection, "410 Gone", "NotKept", 1);
    int is_sent = send_all(connection->socket, head, (size_t)count);
    off_t offset = (off_t)first;
    while (is_sent && (uint64_t)offset < end) {
        ssize_t sent = sendfile(connection->socket, source, &offset, (size_t)(end - (uint64_t)offset));
        if (sent <= 0) is_sent = 0;
    }
    atomic_fetch_add(&bytes_out, (uint64_t)offset - first);
    close(source);
    return is_sent;
}

static int put_object(struct connection *connection, const struct request *request, uint64_t size) {
    char etag[64], head[128];
    uint64_t standing;
    if (request->if_absent && look_up(request->path, &standing, etag, sizeof etag))
        return refuse(connection, "412 Precondition Failed", "PreconditionFailed", 1);
    uint64_t version = remember(request->path, size);
    snprintf(head, sizeof head, "ETag: \"written-%llu\"\r\n", (unsigned long long)version);
    return answer(connection, "200 OK", head, NULL);
}

static int create_upload(struct connection *connection, const struct request *request) {
    char body[2 * TEXT_LIMIT], name[32];
    struct written *upload = reserve(sizeof *upload);
    upload->part_sizes = reserve((PART_LIMIT + 1) * sizeof *upload->part_sizes);
    pthread_mutex_lock(&lock);
    snprintf(name, sizeof name, "upload-%llu", (unsigned long long)++last_version);
    upload->name = strdup(name);
    upload->next = uploads;
    uploads = upload;
    pthread_mutex_unlock(&lock);
    const char *key = strchr(request->path + 1, '/');
    snprintf(body, sizeof body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><InitiateMultipartUploadResult><Bucket>%.*s</Bucket><Key>%.1024s</Key>"
        "<UploadId>%s</UploadId></InitiateMultipartUploadResult>",
        (int)strcspn(request->path + 1, "/"), request->path + 1, key == NULL ? "" : key + 1, name);
    return answer(connection, "200 OK", "", body);
}

static int put_part(struct connection *connection, const struct request *request, uint64_t size) {
    char id[64] = "", number_text[16] = "", head[128];
    parameter(request, "uploadId", id, sizeof id);
    parameter(request, "partNumber", number_text, sizeof number_text);
    long number = strtol(number_text, NULL, 10);
    if (number < 1 || number > PART_LIMIT) return refuse(connection, "400 Bad Request", "InvalidArgument", 1);
    pthread_mutex_lock(&lock);
    struct written *upload = find(uploads, id);
    if (upload != NULL) upload->part_sizes[number] = size;
    pthread_mutex_unlock(&lock);
    if (upload == NULL) return refuse(connection, "404 Not Found", "NoSuchUpload", 1);
    snprintf(head, sizeof head, "ETag: \"part-%ld\"\r\n", number);
    return answer(connection, "200 OK", head, NULL);
}

static int complete_upload(struct connection *connection, const struct request *request) {
    char id[64] = "", etag[64], body[2 * TEXT_LIMIT];
    uint64_t size = 0, standing;
    parameter(request, "uploadId", id, sizeof id);
    pthread_mutex_lock(&lock);
    struct written *upload = find(uploads, id);
    for (int i = 1; upload != NULL && i <= PART_LIMIT; i++) size += upload->part_sizes[i];
    pthread_mutex_unlock(&lock);
    if (upload == NULL) return refuse(connection, "404 Not Found", "NoSuchUpload", 1);
    if (request->if_absent && look_up(request->path, &standing, etag, sizeof etag))
        return refuse(connection, "412 Precondition Failed", "PreconditionFailed", 1);
    forget(&uploads, id);
    uint64_t version = remember(request->path, size);
    const char *key = strchr(request->path + 1, '/');
    snprintf(body, sizeof body,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><CompleteMultipartUploadResult><Bucket>%.*s</Bucket>"
        "<Key>%.1024s</Key><ETag>\"written-%llu\"</ETag></CompleteMultipartUploadResult>",
        (int)strcspn(request->path + 1, "/"), request->path + 1, key == NULL ? "" : key + 1, (unsigned long long)version);
    return answer(connection, "200 OK", "", body);
}

// MARK: listings

struct names {
    char **all;
    size_t count, capacity;
};
static _Thread_local struct names *gathered;

static void gather(const char *key) {
    if (gathered->count == gathered->capacity) {
        gathered->capacity = gathered->capacity * 2 + 64;
        gathered->all = realloc(gathered->all, gathered->capacity * sizeof *gathered->all);
        if (gathered->all == NULL) exit(1);
    }
    gathered->all[gathered->count++] = strdup(key);
}

static int gather_file(const char *path, const struct stat *status, int type, struct FTW *where) {
    (void)where;
    if (type == FTW_F && S_ISREG(status->st_mode)) gather(path + strlen(root));
    return 0;
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static void append_escaped(FILE *output, const char *text) {
    for (; *text != 0; text++) {
        if (*text == '&') fputs("&amp;", output);
        else if (*text == '<') fputs("&lt;", output);
        else if (*text == '>') fputs("&gt;", output);
        else fputc(*text, output);
    }
}

static int list_objects(struct connection *connection, const struct request *request) {
    char prefix[TEXT_LIMIT] = "", after[TEXT_LIMIT] = "", delimiter[8] = "", folder[2 * TEXT_LIMIT], previous[TEXT_LIMIT] = "";
    parameter(request, "prefix", prefix, sizeof prefix);
    parameter(request, "delimiter", delimiter, sizeof delimiter);
    // The names of versions 2 and 1 of the request.
    if (!parameter(request, "continuation-token", after, sizeof after)
        && !parameter(request, "start-after", after, sizeof after))
        parameter(request, "marker", after, sizeof after);
    size_t bucket = strcspn(request->path + 1, "/") + 1, prefix_length = strlen(prefix);
    struct names names = {0};
    gathered = &names;
    snprintf(folder, sizeof folder, "%s%.*s", root, (int)bucket, request->path);
    nftw(folder, gather_file, 32, FTW_PHYS);
    pthread_mutex_lock(&lock);
    for (struct written *object = objects; object != NULL; object = object->next)
        if (strncmp(object->name, request->path, bucket) == 0 && object->name[bucket] == '/') gather(object->name);
    pthread_mutex_unlock(&lock);
    qsort(names.all, names.count, sizeof *names.all, by_name);

    char *body = NULL;
    size_t body_size = 0;
    FILE *output = open_memstream(&body, &body_size);
    if (output == NULL) exit(1);
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult>", output);
    int listed = 0, is_truncated = 0;
    const char *last = NULL;
    for (size_t i = 0; i < names.count && !is_truncated; i++) {
        const char *key = names.all[i] + bucket + 1;
        if (strncmp(key, prefix, prefix_length) != 0 || (after[0] != 0 && strcmp(key, after) <= 0)) continue;
        const char *end = delimiter[0] == 0 ? NULL : strstr(key + prefix_length, delimiter);
        if (end != NULL) {
            size_t length = (size_t)(end - key) + strlen(delimiter);
            if (strncmp(previous, key, length) == 0 && previous[length] == 0) continue;
            // A page that ended with this prefix has named it.
            if (after[0] != 0 && strncmp(after, key, length) == 0) continue;
            snprintf(previous, sizeof previous, "%.*s", (int)length, key);
        }
        if (listed == LISTED_LIMIT) {
            is_truncated = 1;
            break;
        }
        listed++;
        last = key;
        if (end != NULL) {
            fputs("<CommonPrefixes><Prefix>", output);
            append_escaped(output, previous);
            fputs("</Prefix></CommonPrefixes>", output);
            continue;
        }
        char etag[64] = "";
        uint64_t size = 0;
        look_up(names.all[i], &size, etag, sizeof etag);
        fputs("<Contents><Key>", output);
        append_escaped(output, key);
        fprintf(output,
            "</Key><LastModified>2020-01-01T00:00:00.000Z</LastModified><ETag>\"%s\"</ETag><Size>%llu</Size>"
            "<StorageClass>STANDARD</StorageClass></Contents>",
            etag, (unsigned long long)size);
    }
    fprintf(output, "<KeyCount>%d</KeyCount><MaxKeys>%d</MaxKeys><IsTruncated>%s</IsTruncated>", listed, LISTED_LIMIT,
        is_truncated ? "true" : "false");
    if (is_truncated) {
        for (int version = 1; version <= 2; version++) {
            const char *name = version == 1 ? "NextMarker" : "NextContinuationToken";
            fprintf(output, "<%s>", name);
            append_escaped(output, last);
            fprintf(output, "</%s>", name);
        }
    }
    fputs("</ListBucketResult>", output);
    fclose(output);
    int is_sent = answer(connection, "200 OK", "", body);
    free(body);
    for (size_t i = 0; i < names.count; i++) free(names.all[i]);
    free(names.all);
    return is_sent;
}

// MARK: requests

static int report_counts(struct connection *connection, const struct request *request) {
    char body[1024];
    int used = snprintf(body, sizeof body, "{");
    for (int kind = 0; kind < KIND_COUNT; kind++)
        used += snprintf(body + used, sizeof body - (size_t)used, "\"%s\": %llu, ", kind_names[kind],
            (unsigned long long)atomic_load(&counts[kind]));
    snprintf(body + used, sizeof body - (size_t)used, "\"bytes_out\": %llu, \"bytes_in\": %llu}\n",
        (unsigned long long)atomic_load(&bytes_out), (unsigned long long)atomic_load(&bytes_in));
    if (strcmp(request->method, "DELETE") == 0) {
        for (int kind = 0; kind < KIND_COUNT; kind++) atomic_store(&counts[kind], 0);
        atomic_store(&bytes_out, 0);
        atomic_store(&bytes_in, 0);
    }
    return answer(connection, "200 OK", "", body);
}

static enum kind kind_of(const struct request *request) {
    char value[TEXT_LIMIT];
    const char *key = strchr(request->path + 1, '/');
    int has_key = key != NULL && key[1] != 0, is_upload = parameter(request, "uploadId", value, sizeof value);
    if (strcmp(request->method, "GET") == 0) {
        if (has_key && !is_upload) return GET_OBJECT;
        int is_listing = !parameter(request, "uploads", value, sizeof value)
            && !parameter(request, "location", value, sizeof value);
        return !has_key && is_listing ? LIST_OBJECTS : OTHER;
    }
    if (strcmp(request->method, "HEAD") == 0) return has_key ? HEAD_OBJECT : OTHER;
    if (strcmp(request->method, "PUT") == 0) return !has_key ? OTHER : is_upload ? PUT_PART : PUT_OBJECT;
    if (strcmp(request->method, "POST") == 0) {
        if (is_upload) return COMPLETE_UPLOAD;
        return parameter(request, "uploads", value, sizeof value) ? CREATE_UPLOAD : OTHER;
    }
    if (strcmp(request->method, "DELETE") == 0) return is_upload ? ABORT_UPLOAD : DELETE_OBJECT;
    return OTHER;
}

static int respond(struct connection *connection, const struct request *request) {
    char id[64] = "";
    uint64_t size = request->decoded_length > 0 ? request->decoded_length : request->content_length;
    if (strcmp(request->path, "/-/requests") == 0) return report_counts(connection, request);
    enum kind kind = kind_of(request);
    atomic_fetch_add(&counts[kind], 1);
    switch (kind) {
    case GET_OBJECT: return get_object(connection, request, 1);
    case HEAD_OBJECT: return get_object(connection, request, 0);
    case LIST_OBJECTS: return list_objects(connection, request);
    case PUT_OBJECT: return put_object(connection, request, size);
    case CREATE_UPLOAD: return create_upload(connection, request);
    case PUT_PART: return put_part(connection, request, size);
    case COMPLETE_UPLOAD: return complete_upload(connection, request);
    case ABORT_UPLOAD:
        parameter(request, "uploadId", id, sizeof id);
        forget(&uploads, id);
        return answer(connection, "204 No Content", "", NULL);
    case DELETE_OBJECT:
        forget(&objects, request->path);
        return answer(connection, "204 No Content", "", NULL);
    default:
        // A bucket that is looked for is there; of what else is asked there is nothing.
        if (strcmp(request->method, "HEAD") == 0 || strcmp(request->method, "PUT") == 0)
            return answer(connection, "200 OK", "", NULL);
        return answer(connection, "200 OK", "",
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListMultipartUploadsResult><IsTruncated>false</IsTruncated>"
            "</ListMultipartUploadsResult>");
    }
}

static void *serve(void *argument) {
    struct connection *connection = argument;
    struct request request;
    while (read_request(connection, &request)) {
        if (request.is_chunked) {
            refuse(connection, "411 Length Required", "MissingContentLength", 1);
            break;
        }
        if (request.expects_continue && !send_all(connection->socket, "HTTP/1.1 100 Continue\r\n\r\n", 25)) break;
        if (!drop_body(connection, request.content_length) || !respond(connection, &request) || request.closes) break;
    }
    close(connection->socket);
    free(connection);
    return NULL;
}

int main(int argument_count, char **arguments) {
    if (argument_count != 3) {
        fprintf(stderr, "usage: store PORT ROOT\n");
        return 2;
    }
    root = arguments[2];
    signal(SIGPIPE, SIG_IGN);
    int listener = socket(AF_INET, SOCK_STREAM, 0), on = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[1])),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t length = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 256) != 0
        || getsockname(listener, (struct sockaddr *)&address, &length) != 0) {
        fprintf(stderr, "store: cannot listen on port %s: %s\n", arguments[1], strerror(errno));
        return 1;
    }
    printf("ready %d\n", ntohs(address.sin_port));
    fflush(stdout);
    while (1) {
        int socket = accept(listener, NULL, NULL);
        if (socket < 0) continue;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = reserve(sizeof *connection);
        connection->socket = socket;
        pthread_t thread;
        if (pthread_create(&thread, NULL, serve, connection) == 0) pthread_detach(thread);
        else close(socket), free(connection);
    }
}
