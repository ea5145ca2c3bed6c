#define _GNU_SOURCE
#include "CDatagrams.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int is_ipv4(const datagrams_address *address) {
    return address->high == 0 && address->low >> 32 == 0xFFFF;
}

static socklen_t to_socket_address(const datagrams_address *address, int family, void *out) {
    if (family == AF_INET) {
        struct sockaddr_in *in = out;
        memset(in, 0, sizeof *in);
        in->sin_family = AF_INET;
        in->sin_port = htons(address->port);
        in->sin_addr.s_addr = htonl((uint32_t)address->low);
        return sizeof *in;
    }
    struct sockaddr_in6 *in = out;
    uint64_t halves[2] = {htobe64(address->high), htobe64(address->low)};
    memset(in, 0, sizeof *in);
    in->sin6_family = AF_INET6;
    in->sin6_port = htons(address->port);
    memcpy(&in->sin6_addr, halves, sizeof halves);
    return sizeof *in;
}

static void from_socket_address(const void *from, datagrams_address *address) {
    const struct sockaddr_in *four = from;
    const struct sockaddr_in6 *six = from;
    if (four->sin_family == AF_INET) {
        address->high = 0;
        address->low = 0xFFFF00000000u | ntohl(four->sin_addr.s_addr);
        address->port = ntohs(four->sin_port);
        return;
    }
    uint64_t halves[2];
    memcpy(halves, &six->sin6_addr, sizeof halves);
    address->high = be64toh(halves[0]);
    address->low = be64toh(halves[1]);
    address->port = ntohs(six->sin6_port);
}

static int family_of(int descriptor) {
    int family = AF_INET6;
    socklen_t size = sizeof family;
    getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &family, &size);
    return family;
}

int datagrams_open(datagrams_address address, int buffer) {
    int family = is_ipv4(&address) ? AF_INET : AF_INET6, off = 0;
    int descriptor = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -errno;
    if (family == AF_INET6) setsockopt(descriptor, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    // A shorter queue than asked for is no failure: the kernel takes what its limits allow.
    // Whoever administers the network's namespace may go beyond those.
    if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer, sizeof buffer) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
    if (setsockopt(descriptor, SOL_SOCKET, SO_SNDBUFFORCE, &buffer, sizeof buffer) != 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer);
    struct sockaddr_storage storage;
    socklen_t size = to_socket_address(&address, family, &storage);
    if (bind(descriptor, (struct sockaddr *)&storage, size) != 0) {
        int error = errno;
        close(descriptor);
        return -error;
    }
    return descriptor;
}

int datagrams_time(int descriptor) {
    int on = 1;
    return setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on) == 0 ? 0 : -errno;
}

int datagrams_bound(int descriptor, datagrams_address *address) {
    struct sockaddr_storage storage;
    socklen_t size = sizeof storage;
    if (getsockname(descriptor, (struct sockaddr *)&storage, &size) != 0) return -errno;
    from_socket_address(&storage, address);
    return 0;
}

enum { PREFIX = 10 };

static void write_prefix(uint8_t *prefix, const datagrams_address *address) {
    uint32_t host = htonl((uint32_t)address->low);
    uint16_t port = htons(address->port);
    memcpy(prefix, (uint8_t[]){0, 0, 0, 1}, 4);
    memcpy(prefix + 4, &host, 4);
    memcpy(prefix + 8, &port, 2);
}

static int read_prefix(const uint8_t *prefix, datagrams_address *address) {
    uint32_t host;
    uint16_t port;
    if (memcmp(prefix, (uint8_t[]){0, 0, 0, 1}, 4) != 0) return 0;
    memcpy(&host, prefix + 4, 4);
    memcpy(&port, prefix + 8, 2);
    *address = (datagrams_address){0, 0xFFFF00000000u | ntohl(host), ntohs(port)};
    return 1;
}

/* Microseconds since the kernel got a datagram, by its own clock; 0 if it does not say, or if the clock was set meanwhile. */
static uint32_t age_of(struct msghdr *message, const struct timespec *now) {
    for (struct cmsghdr *part = CMSG_FIRSTHDR(message); part; part = CMSG_NXTHDR(message, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_TIMESTAMPNS) continue;
        struct timespec then;
        memcpy(&then, CMSG_DATA(part), sizeof then);
        int64_t age = (int64_t)(now->tv_sec - then.tv_sec) * 1000000 + (now->tv_nsec - then.tv_nsec) / 1000;
        return age > 0 && age < 60000000 ? (uint32_t)age : 0;
    }
    return 0;
}

int datagrams_receive(
    int descriptor, uint8_t *buffer, datagrams_entry *entries, int count, const datagrams_address *through) {
    struct mmsghdr messages[DATAGRAMS_BATCH];
    struct iovec parts[DATAGRAMS_BATCH][2];
    struct sockaddr_in6 sources[DATAGRAMS_BATCH];
    uint8_t prefixes[DATAGRAMS_BATCH][PREFIX];
    union {
        char bytes[CMSG_SPACE(sizeof(struct timespec))];
        struct cmsghdr header;
    } controls[DATAGRAMS_BATCH];
    size_t skip = through ? 0 : 1;
    if (count > DATAGRAMS_BATCH) count = DATAGRAMS_BATCH;
    for (int i = 0; i < count; i++) {
        parts[i][0] = (struct iovec){prefixes[i], PREFIX};
        parts[i][1] = (struct iovec){buffer + entries[i].offset, entries[i].length};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &sources[i], .msg_namelen = sizeof sources[i], .msg_iov = parts[i] + skip,
            .msg_iovlen = 2 - skip, .msg_control = controls[i].bytes, .msg_controllen = sizeof controls[i].bytes};
    }
    int received;
    do received = recvmmsg(descriptor, messages, (unsigned)count, MSG_DONTWAIT | MSG_TRUNC, NULL);
    while (received < 0 && errno == EINTR);
    if (received < 0) return errno == EAGAIN || errno == ECONNREFUSED ? 0 : -errno;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    for (int i = 0; i < received; i++) {
        entries[i].length = messages[i].msg_len;
        entries[i].age = age_of(&messages[i].msg_hdr, &now);
        from_socket_address(&sources[i], &entries[i].address);
        if (!through) continue;
        // What does not come as agreed is handed on empty, which no protocol takes.
        int agreed = messages[i].msg_len >= PREFIX && memcmp(&entries[i].address, through, 18) == 0
            && read_prefix(prefixes[i], &entries[i].address);
        entries[i].length = agreed ? messages[i].msg_len - PREFIX : 0;
    }
    return received;
}

int datagrams_send(
    int descriptor, const uint8_t *buffer, const datagrams_entry *entries, int count,
    const datagrams_address *through) {
    struct mmsghdr messages[DATAGRAMS_BATCH];
    struct iovec parts[DATAGRAMS_BATCH][2];
    struct sockaddr_in6 targets[DATAGRAMS_BATCH];
    uint8_t prefixes[DATAGRAMS_BATCH][PREFIX];
    size_t skip = through ? 0 : 1;
    int family = family_of(descriptor);
    if (count > DATAGRAMS_BATCH) count = DATAGRAMS_BATCH;
    for (int i = 0; i < count; i++) {
        if (through) write_prefix(prefixes[i], &entries[i].address);
        parts[i][0] = (struct iovec){prefixes[i], PREFIX};
        parts[i][1] = (struct iovec){(void *)(buffer + entries[i].offset), entries[i].length};
        messages[i].msg_hdr = (struct msghdr){
            .msg_name = &targets[i], .msg_iov = parts[i] + skip, .msg_iovlen = 2 - skip,
            .msg_namelen = to_socket_address(through ? through : &entries[i].address, family, &targets[i])};
    }
    int done = 0;
    while (done < count) {
        int sent = sendmmsg(descriptor, messages + done, (unsigned)(count - done), MSG_DONTWAIT);
        if (sent > 0) {
            done += sent;
        } else if (errno == EAGAIN || errno == ENOBUFS || errno == ENOMEM) {
            break;
        } else if (errno != EINTR) {
            done += 1;
        }
    }
    return done;
}

int datagrams_open_waker(void) {
    int waker = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    return waker < 0 ? -errno : waker;
}

void datagrams_wake(int waker) {
    uint64_t one = 1;
    ssize_t written = write(waker, &one, sizeof one);
    (void)written;
}

int datagrams_wait(int descriptor, int waker, int writing, int64_t nanoseconds) {
    struct pollfd both[2] = {
        {.fd = descriptor, .events = (short)(POLLIN | (writing ? POLLOUT : 0))}, {.fd = waker, .events = POLLIN}};
    struct timespec limit = {nanoseconds / 1000000000, nanoseconds % 1000000000};
    if (ppoll(both, 2, nanoseconds < 0 ? NULL : &limit, NULL) <= 0) return 0;
    if (both[1].revents & POLLIN) {
        uint64_t count;
        ssize_t taken = read(waker, &count, sizeof count);
        (void)taken;
    }
    return both[0].revents != 0;
}

void datagrams_close(int descriptor) { close(descriptor); }
